/** The kept results in the record, the book of one's mistakes, and the certificate. */
import { button, h, section } from '../dom.js';
import { keptResults } from '../kept-results.js';
import { best, mistakes as wrong } from '../logic/results.js';
import { dateText } from '../logic/time.js';
import { explained } from './explained.js';
import { bar } from './frame.js';
import { statusTag } from './status-tag.js';

/** The section of the record. */
export function resultRows(state) {
  const results = keptResults(state);
  const { me, contest } = state;
  const count = wrong(results).length;
  return section('答题记录',
    results.length ? h('ul.results', results.map(({ quiz, graded, at }) => h('li', h('p.row',
      h('span', h('b', graded.score + ' 题'), graded.passed && statusTag('达标', 'good')),
      button('review', '看解析', 'small', { 'data-attempt': quiz.attempt_id })), h('p.dim', dateText(at)))))
      : h('p.dim', '答过的题和解析保存在这部手机上，最近 5 次。'),
    count > 0 && button('mistakes', '我的错题（' + count + '）', 'line'),
    me.best_score >= contest.pass_mark && button('certificate', '达标证书', 'line'));
}

/** The book of one's mistakes. */
export function mistakes(state) {
  const rows = wrong(keptResults(state));
  return [bar('我的错题'), h('div.sheet', h('p.dim', '最近 5 次答题中答错的题，再次答对后移出。只保存在这部手机上。'),
    rows.length ? rows.map((row) => explained(row)) : h('p.card', '没有错题。'))];
}

/** A certificate without a name, to keep by a screenshot. */
export function certificate(state) {
  const { me, contest } = state;
  const score = me ? me.best_score : 0;
  if (!(score >= contest.pass_mark)) return [bar('达标证书'), h('div.sheet', h('p.card', '答对 ' + contest.pass_mark + ' 题，就能得到达标证书。'))];
  const shown = best(keptResults(state).filter(({ graded }) => graded.score === score));
  const [organiser] = contest.organisers;
  return [bar('达标证书'), h('div.sheet',
    h('section.certificate', h('h2', '答题达标'), h('p', contest.theme), h('p.amount', String(score), h('small', ' / ' + contest.draw_size)),
      h('p', '在“' + contest.account + '”有奖知识竞答中'), h('p', '答对 ' + score + ' 题，特发此证'),
      h('p.dim', organiser && organiser.name), h('p.dim', shown && dateText(shown.at))),
    h('p.dim.center', '截屏就能保存，发给亲友看看'))];
}

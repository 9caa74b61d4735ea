/** The result of a quiz, with every answer explained. */
import { button, h } from '../dom.js';
import { standing } from '../logic/contest.js';
import { reviewOf } from '../logic/quiz.js';
import { bar, problem, shareCard } from './frame.js';

export function result(state, now) {
  const { result: { quiz, graded }, contest, packet } = state;
  const { score, passed } = graded;
  const total = quiz.questions.length;
  const { kind, text } = standing(contest, state.me);
  const opened = packet && packet.claim && packet.attemptId === quiz.attempt_id;
  const opens = passed && (opened || kind === 'packet');
  const ring = h('p.ring', h('b', String(score)), '/ ' + total);
  ring.style.setProperty('--part', (360 * score) / total + 'deg');
  return [bar(passed ? '恭喜，答题达标' : score < contest.pass_mark / 2 ? '再接再厉' : '还差一点'),
    h('div.sheet', problem(state),
      h('section.card.score', { 'data-passed': String(passed) }, ring,
        h('p', opens ? '达标一次，可开一个红包。' : passed ? text : '再答对 ' + (contest.pass_mark - score) + ' 题就达标，可以马上再来。'),
        opens && button('claim', opened ? '查看红包' : '开红包', 'gold'),
        button('start', '再答一次', opens ? 'line' : 'main')),
      shareCard(state, now),
      h('h2.loose', '答案与解析'),
      ...reviewOf(quiz, graded).map(reviewRow))];
}

function reviewRow(row, at) {
  const line = (name, text, style) => text && h(style || 'p', null, h('b', name), text);
  return h('details.card.review', { open: row.right ? null : '', 'data-right': String(row.right) },
    h('summary', h('i', { 'aria-hidden': 'true' }, row.right ? '✓' : '✗'),
      h('span', at + 1 + '. ' + row.stem, h('span.sr', row.right ? '，答对' : '，答错'))),
    line('您的选择', row.chosen || '未作答'), line('正确答案', row.correct, 'p.good'),
    line('解析', row.explanation), line('依据', row.source, 'p.dim'));
}

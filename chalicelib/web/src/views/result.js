/** The result of a quiz, with every answer explained. */
import { button, h, phrases } from '../dom.js';
import { mayJoin, phaseAt, standing } from '../logic/contest.js';
import { reviewOf } from '../logic/quiz.js';
import { explained } from './explained.js';
import { bar, problem, shareCard } from './frame.js';
import { UNOPENED } from './packet.js';

export function result(state, now) {
  const { result: { quiz, graded }, contest } = state;
  const { score, passed } = graded;
  const total = quiz.questions.length;
  const rows = reviewOf(quiz, graded).map(explained);
  const verdict = passed ? '恭喜，答题达标' : score < contest.pass_mark / 2 ? '再接再厉' : '还差一点';
  const [name, text, ...buttons] = next(state, now);
  const ring = h('p.ring', { 'aria-hidden': 'true' }, h('b', String(score)), '/ ' + total);
  ring.style.setProperty('--part', (360 * score) / total + 'deg');
  return [bar([...phrases(verdict), h('span.sr', '，' + total + ' 题答对 ' + score + ' 题')]),
    h('div.sheet', problem(state),
      h('section.card.score', { 'data-passed': String(passed) }, ring, h('h2', name), h('p', phrases(text)),
        h('p.late', { 'data-ends': '' })),
      shareCard(state, now),
      // Asked once: after the first submission.
      state.me.attempts === 1 && mayJoin(contest, state.me, now) && !state.alone
        && h('section.card', h('p.row', '代表单位参加？', button('units', '登记我的单位', 'small'))),
      h('div.row.loose', h('h2', '答案与解析'),
        rows.some((row) => !row.open) && button('expand', '展开全部', 'small')),
      rows),
    h('nav.steps', { 'aria-label': '接下来' }, buttons)];
}

/** What comes next: a heading, a sentence, and the buttons. */
function next(state, now) {
  const { result: { quiz, graded: { passed, score } }, contest, me, packet } = state;
  const { kind, title, text } = standing(contest, me);
  const opened = packet && packet.claim && packet.attemptId === quiz.attempt_id;
  const own = me.claimable.includes(quiz.attempt_id);
  const over = phaseAt(contest, now) === 'closed';
  const onward = over ? button('proof', '看结果', 'line') : button('start', '再答一次', 'line');
  if (opened) return ['红包已经开出', '到账进度可以在“我的”里查看。', onward, button('claim', '查看红包', 'gold')];
  if (over) return ['竞答已结束', own ? UNOPENED : '感谢参与。', onward];
  const again = button('start', '再答一次', 'main');
  if (!passed) return ['再答对 ' + (contest.pass_mark - score) + ' 题就达标', '看看解析，马上可以再来。', again];
  if (kind === 'packet') return ['可以开一个红包', '金额随机，现在就能开。', onward, button('claim', '开红包', 'gold')];
  if (kind === 'gone' && own) return [title, '红包已经发完，所以这次达标没有红包可开。仍可继续答题。', again];
  return kind === 'ready' ? ['答题已达标', text, again] : [title, text, again];
}

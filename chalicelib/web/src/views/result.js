/** The result of a quiz, with every answer explained. */
import { button, h } from '../dom.js';
import { mayJoin, standing } from '../logic/contest.js';
import { reviewOf } from '../logic/quiz.js';
import { explained } from './explained.js';
import { bar, problem, shareCard } from './frame.js';

export function result(state, now) {
  const { result: { quiz, graded }, contest, packet } = state;
  const { score, passed } = graded;
  const total = quiz.questions.length;
  const { kind, title, text } = standing(contest, state.me);
  const opened = packet && packet.claim && packet.attemptId === quiz.attempt_id;
  const opens = passed && (opened || kind === 'packet');
  const ring = h('p.ring', h('b', String(score)), '/ ' + total);
  ring.style.setProperty('--part', (360 * score) / total + 'deg');
  return [bar(passed ? '恭喜，答题达标' : score < contest.pass_mark / 2 ? '再接再厉' : '还差一点'),
    h('div.sheet', problem(state),
      h('section.card.score', { 'data-passed': String(passed) }, ring,
        kind === 'gone' && !opens && h('p', title + '。'),
        h('p', opens ? '达标一次，可开一个红包。' : passed ? text : '再答对 ' + (contest.pass_mark - score) + ' 题就达标，可以马上再来。'),
        opens && button('claim', opened ? '查看红包' : '开红包', 'gold'),
        button('start', '再答一次', opens ? 'line' : 'main')),
      shareCard(state, now),
      // Asked once: after the first submission.
      state.me.attempts === 1 && mayJoin(contest, state.me, now) && !state.alone
        && h('section.card', h('p.row', '代表单位参加？', button('units', '登记我的单位', 'small'))),
      h('h2.loose', '答案与解析'),
      ...reviewOf(quiz, graded).map(explained))];
}

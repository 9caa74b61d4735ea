/** The quiz: its questions, the overview before submitting, and the confirmation before leaving. */
import { button, h, title } from '../dom.js';
import { deadline, progress, unanswered } from '../logic/quiz.js';
import { problem } from './frame.js';

export function question(state) {
  const { quiz } = state;
  if (state.leaving) return leaving(state);
  return quiz.sent || quiz.index >= quiz.questions.length ? overview(state) : one(state);
}

function head({ quiz, contest }, text) {
  const { done, total } = progress(quiz);
  const meter = h('div.meter', { role: 'progressbar', 'aria-label': '已答', 'aria-valuemax': total, 'aria-valuenow': done },
    h('i'));
  meter.firstChild.style.width = (100 * done) / total + '%';
  return h('header.quiz', h('p.row', button('home', '退出', 'back', { 'aria-label': '退出答题' }),
    h('span', text),
    h('span.left', { role: 'timer', 'aria-label': '剩余时间', 'data-left': deadline(quiz, contest) }, '')), meter);
}

function one(state) {
  const { quiz } = state;
  const { stem, options, id } = quiz.questions[quiz.index];
  const last = quiz.index === quiz.questions.length - 1;
  const chosen = quiz.answers[id];
  return [head(state, '第 ' + (quiz.index + 1) + ' / ' + quiz.questions.length + ' 题'),
    h('div.body', problem(state), title(stem, 'stem'),
      h('div.options', { role: 'group', 'aria-label': '选项，单选' }, options.map((option, at) =>
        h('button.option', { type: 'button', 'data-action': 'choose', 'data-key': option.key, 'aria-pressed': option.key === chosen ? 'true' : 'false' },
          h('b', { 'aria-hidden': 'true' }, 'ABCDEFGH'[at] || '·'), h('span', option.text))))),
    h('nav.steps', { 'aria-label': '题目' },
      button('prev', '上一题', 'line', quiz.index ? null : { disabled: '' }),
      button('next', last ? '检查并交卷' : '下一题', chosen ? 'main' : 'line'))];
}

function overview(state) {
  const { quiz } = state;
  const missing = unanswered(quiz);
  const note = quiz.sent ? '没有收到回音，请重新交卷，不会重复计算。'
    : missing.length ? '还有 ' + missing.length + ' 题未答，未答按答错计。' : '全部答完，可以交卷了。';
  const cell = (item, at) => button('goto', String(at + 1), quiz.answers[item.id] ? 'cell.done' : 'cell',
    { 'data-at': at, disabled: quiz.sent ? '' : null, 'aria-label': at + 1 + (quiz.answers[item.id] ? ' 已答' : ' 未答') });
  return [head(state, '交卷前检查'),
    h('div.body', problem(state), title(missing.length ? '检查一下答案' : '准备交卷'), h('p', note),
      h('div.cells', quiz.questions.map(cell))),
    h('nav.steps', { 'aria-label': '交卷' },
      quiz.sent ? null : button('prev', '返回题目', 'line'),
      // The notice has a button that does the same.
      state.problem && state.problem.again ? null : button('submit', quiz.sent ? '重新交卷' : '交卷'))];
}

const leaving = ({ quiz, contest }) => [h('div.body.leave', title('先离开答题吗？'),
  h('p', '还没有交卷。答案会保留，在 ',
    h('b', { role: 'timer', 'data-left': deadline(quiz, contest) }, ''), ' 之内回来可以继续。'),
  button('stay', '继续答题'), button('leave', '先离开', 'line'))];

/** The quiz: its questions, the overview before submitting, and the confirmation before leaving. */
import { isAuto } from '../auto-next.js';
import { button, h, title } from '../dom.js';
import { cutText, deadline, progress, unanswered } from '../logic/quiz.js';
import { problem } from './frame.js';

export const DOUBLE_TAP_MS = 400;

export function question(state) {
  const { quiz } = state;
  if (state.leaving) return leaving(state);
  const [top, ...rest] = quiz.sent || quiz.index >= quiz.questions.length ? overview(state) : one(state);
  const cut = quiz.index ? '' : cutText(quiz, state.contest);
  return [top, cut && h('p.cut', cut), ...rest];
}

const head = ({ quiz, contest }, text) =>
  h('header.quiz', h('p.row', button('home', '退出', 'back', { 'aria-label': '退出答题' }), text,
    h('span.left', { role: 'timer', 'aria-label': '剩余时间', 'data-left': deadline(quiz, contest) }, '')), meter(quiz));

function meter(quiz) {
  const { done, total } = progress(quiz);
  const bar = h('div.meter', { role: 'progressbar', 'aria-label': '已答', 'aria-valuemax': total, 'aria-valuenow': done }, h('i'));
  bar.firstChild.style.width = (100 * done) / total + '%';
  return bar;
}

/** Shows the answer just given. The options stay as they are: a screen reader would read new ones again. */
export function showAnswer(main, quiz) {
  main.querySelector('.meter').replaceWith(meter(quiz));
  main.querySelector('[data-action=next]').className = 'main';
}

function one(state) {
  const { quiz } = state;
  const { stem, options, id } = quiz.questions[quiz.index];
  const [at, total] = [quiz.index + 1, quiz.questions.length];
  const place = '第 ' + at + ' 题，共 ' + total + ' 题';
  return [head(state, h('span', { 'aria-hidden': 'true' }, '第 ' + at + ' / ' + total + ' 题')),
    h('div.body', problem(state),
      h('h1.stem', { tabindex: -1, 'data-title': place }, h('span.sr', place + '。'), h('span', { id: 'stem' }, stem)),
      h('div.options', { role: 'radiogroup', 'aria-labelledby': 'stem' },
        options.map((option, nth) => choice(option, 'ABCDEFGH'[nth] || '·', quiz.answers[id]))), autoNext()),
    steady(h('nav.steps', { 'aria-label': '题目' },
      button('prev', '上一题', 'line', quiz.index ? null : { disabled: '' }),
      button('next', at === total ? '检查并交卷' : '下一题', quiz.answers[id] ? 'main' : 'line')))];
}

function choice({ key, text }, letter, chosen) {
  const field = { type: 'radio', name: 'option', 'data-input': 'choose', 'data-key': key, checked: key === chosen ? '' : null };
  const label = h('label.option', h('input', field), h('b', letter), h('span', text));
  // Only a tap moves on: the arrow keys pass over options. Their clicks have no `detail`.
  label.addEventListener('click', ({ detail }) => { if (detail) label.dataset.tapped = 'yes'; });
  // Older iOS has no `input` for radios.
  label.addEventListener('change', ({ target }) => target.dispatchEvent(new Event('input', { bubbles: true })));
  return label;
}

const autoNext = () => h('label.auto', h('input', { type: 'checkbox', 'data-input': 'auto', checked: isAuto() ? '' : null }),
  h('i'), '选好后自动到下一题');

/** The second half of a double tap would skip a question, or submit. */
function steady(steps) {
  const drawn = Date.now();
  steps.addEventListener('click', (event) => {
    if (event.detail && Date.now() - drawn < DOUBLE_TAP_MS) event.stopPropagation();
  });
  return steps;
}

function overview(state) {
  const { quiz } = state;
  const missing = unanswered(quiz);
  const note = quiz.sent ? '没有收到回音，请重新交卷，不会重复计算。'
    : missing.length ? '还有 ' + missing.length + ' 题未答，未答按答错计。' : '全部答完，可以交卷了。';
  const cell = (item, at) => button('goto', String(at + 1), quiz.answers[item.id] ? 'cell.done' : 'cell',
    { 'data-cell': at, disabled: quiz.sent ? '' : null, 'aria-label': at + 1 + (quiz.answers[item.id] ? ' 已答' : ' 未答') });
  return [head(state, h('span', '交卷前检查')),
    h('div.body', problem(state), title(missing.length ? '检查一下答案' : '准备交卷'), h('p', note),
      h('div.cells', quiz.questions.map(cell))),
    steady(h('nav.steps', { 'aria-label': '交卷' },
      quiz.sent ? null : button('prev', '返回题目', 'line'),
      // The notice has a button that does the same.
      state.problem && state.problem.again ? null : button('submit', quiz.sent ? '重新交卷' : '交卷')))];
}

const leaving = ({ quiz, contest }) => [h('div.body.leave', title('先离开答题吗？'),
  h('p', '还没有交卷。答案会保留，在 ',
    h('b', { role: 'timer', 'data-left': deadline(quiz, contest) }, ''), ' 之内回来可以继续。'),
  button('stay', '继续答题'), button('leave', '先离开', 'line'))];

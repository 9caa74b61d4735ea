/** A question with its right answer, the reason and the source, to unfold. */
import { button, h } from '../dom.js';

/** `row` as of `reviewOf` in logic/quiz.js; `id` and `chosen` may be missing. Those answered wrong are unfolded. */
export function explained({ id, stem, chosen, correct, right, explanation, source }, at) {
  const line = (name, text, style) => text && h(style || 'p', null, h('b', name), text);
  return h('details.card.review', { open: right ? null : '', 'data-right': String(right) },
    h('summary', h('i', { 'aria-hidden': 'true' }, right ? '✓' : '✗'),
      h('span', (at >= 0 ? at + 1 + '. ' : '') + stem, h('span.sr', right ? '，答对' : '，答错'))),
    chosen !== undefined && line('您的选择', chosen || '未作答'), line('正确答案', correct, 'p.good'),
    line('解析', explanation), line('依据', source, 'p.dim'),
    id && h('p.row.dim', '题目有误？题号 ' + id, button('privacy', '联系主办方', 'small')));
}

/** A question with its right answer, the reason and the source, to unfold. */
import { button, h } from '../dom.js';

/** `row` as of `reviewOf` in logic/quiz.js; `id` and `chosen` may be missing. Those answered wrong are unfolded, and so are
 *  withdrawn ones, whose answer and reason may be wrong: they are not shown. */
export function explained({ id, stem, chosen, correct, right, withdrawn, explanation, source }, at) {
  const line = (name, text, style) => text && h(style || 'p', null, h('b', name), text);
  return h('details.card.review', { open: right && !withdrawn ? null : '', 'data-right': String(right) },
    h('summary', h('i', { 'aria-hidden': 'true' }, right ? '✓' : '✗'),
      h('span', (at >= 0 ? at + 1 + '. ' : '') + stem, h('span.sr', withdrawn ? '，已撤回' : right ? '，答对' : '，答错'))),
    chosen !== undefined && line('您的选择', chosen || '未作答'),
    withdrawn ? h('p.good', chosen === undefined ? '此题有误，已经撤回。' : '此题有误，已经撤回，计为答对。')
      : [line('正确答案', correct, 'p.good'), line('解析', explanation), line('依据', source, 'p.dim')],
    id && !withdrawn && h('p.row.dim', '题目有误？题号 ' + id, button('privacy', '联系主办方', 'small')));
}

/** The progress of a transfer's receipt, and the next step. */
import { button, h } from '../dom.js';
import { yuan } from '../logic/claims.js';
import { receiptWords } from '../logic/receipts.js';
import { bar } from './frame.js';

const SIGNS = { busy: '', good: '✓', open: '!' };
const BUTTONS = { receive: '收款', signin: '重新登录' };

export function receipt({ contest, me, receipt: run }, now) {
  const claim = me.claims.find((one) => one.claim_id === run.claimId);
  const { kind, title, text, until, action } = receiptWords(run, claim, contest.paid_from, now);
  return [bar('收款'), h('div.sheet', h('section.card.lead', { 'data-step': run.step, 'data-code': run.code || null },
    h('i.sign.' + kind, { 'aria-hidden': 'true' }, SIGNS[kind]),
    h('p.amount', h('small', '¥'), yuan(claim.amount_fen)), h('h2', title), h('p', text),
    until && h('p.dim', '收款截止：' + until),
    action && button(action, BUTTONS[action], 'gold', { 'data-claim': run.claimId }),
    kind !== 'busy' && button('record', '查看我的记录', 'text')))];
}

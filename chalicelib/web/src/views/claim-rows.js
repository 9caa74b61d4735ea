/** The list of claims, with a button for those that wait for their winner. */
import { button, h } from '../dom.js';
import { claimWords, isReceivable, isUnclaimed, isUnderWay, waitingText, yuan } from '../logic/claims.js';
import { dateText } from '../logic/time.js';

/** The newest first. */
export function claimRows({ contest, me }, now) {
  return h('ul.claims', me.claims.slice().reverse().map((claim) => {
    const [label, sentence] = claimWords(claim, contest.paid_from, now);
    return h('li', { 'data-status': claim.status },
      h('p.row', h('span', h('b', '¥' + yuan(claim.amount_fen)), h('span.tag', label)), receiveButton(claim, now, 'small')),
      h('p.dim', sentence), h('p.dim', dateText(claim.claimed_at), claim.number >= 0 && ' · 编号 ' + claim.number));
  }));
}

export const receiveButton = (claim, now, style) =>
  isReceivable(claim, now) && button('receive', '收款', style, { 'data-claim': claim.claim_id });

/** The claim that waits for its winner, at the top of every home screen. */
export function toReceive({ me }, now) {
  const claims = me ? me.claims : [];
  const asked = claims.find((one) => isReceivable(one, now) && !isUnderWay(one));
  const claim = asked || claims.find(isUnclaimed);
  return claim && h('section.card.lead', { 'data-waiting': claim.claim_id },
    h('h2', (asked ? '红包待收款 ¥' : '红包待领取 ¥') + yuan(claim.amount_fen)), h('p', waitingText(claim, now)),
    receiveButton(claim, now, 'gold'));
}

/** The claim that waits for its winner. */
import { button, h } from '../dom.js';
import { isReceivable, isUnclaimed, isUnderWay, waitingText, yuan } from '../logic/claims.js';

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

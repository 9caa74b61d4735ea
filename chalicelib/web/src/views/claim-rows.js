/** The list of claims, with a button for those that wait for their winner. */
import { button, h } from '../dom.js';
import { claimWords, isReceivable, isUnclaimed, isUnderWay, yuan } from '../logic/claims.js';
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
export function toReceive({ contest, me }, now) {
  const claim = me && me.claims.find((one) => isReceivable(one, now) && !isUnderWay(one));
  return claim ? receiveCard(claim, contest, now) : unclaimed(contest, me, now);
}

function unclaimed(contest, me, now) {
  const claim = me && me.claims.find(isUnclaimed);
  return claim && h('section.card', { 'data-unclaimed': claim.claim_id },
    h('h2', '红包待领取 ¥' + yuan(claim.amount_fen)), h('p', claimWords(claim, contest.paid_from, now)[1]));
}

function receiveCard(claim, contest, now) {
  return h('section.card.lead', { 'data-standing': 'receive' },
    h('h2', '红包待收款 ¥' + yuan(claim.amount_fen)), h('p', claimWords(claim, contest.paid_from, now)[1]),
    receiveButton(claim, now, 'gold'));
}

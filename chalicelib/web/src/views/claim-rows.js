/** Claims as a list. */
import { h } from '../dom.js';
import { claimStatus, yuan } from '../logic/claims.js';
import { dateText } from '../logic/time.js';

/** The newest first. */
export function claimRows({ contest, me }, now) {
  return h('ul.claims', me.claims.slice().reverse().map((claim) => {
    const [label, sentence] = claimStatus(claim.status, contest.paid_from, now);
    return h('li', { 'data-status': claim.status },
      h('p', h('b', '¥' + yuan(claim.amount_fen)), h('span.tag', label)),
      h('p.dim', sentence), h('p.dim', dateText(claim.claimed_at)));
  }));
}

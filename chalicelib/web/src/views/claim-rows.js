/** The list of claims, with a button for those that wait for their winner. */
import { h } from '../dom.js';
import { claimWords, isComing, yuan } from '../logic/claims.js';
import { dateText } from '../logic/time.js';
import { statusTag } from './status-tag.js';
import { receiveButton } from './to-receive.js';

const LOOK_MS = 15000;

/** The newest first. Asks for them again while one is under way. */
export function claimRows({ contest, me }, now) {
  const isFollowed = me.claims.some((claim) => isComing(claim, contest.paid_from, now));
  return h('ul.claims', { 'data-look': isFollowed ? Date.now() + LOOK_MS : null, 'data-then': 'payouts' }, me.claims.slice().reverse().map((claim) => {
    const [label, sentence, kind] = claimWords(claim, contest.paid_from, now);
    return h('li', { 'data-status': claim.status },
      h('p.row', h('span', h('b', '¥' + yuan(claim.amount_fen)), statusTag(label, kind)), receiveButton(claim, now, 'small')),
      h('p.dim', sentence), h('p.dim', dateText(claim.claimed_at), claim.number >= 0 && ' · 编号 ' + claim.number));
  }));
}

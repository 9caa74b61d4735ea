/** The list of claims, with a button for those that wait for their winner. */
import { button, h } from '../dom.js';
import { claimWords, isComing, isStuck, yuan } from '../logic/claims.js';
import { dateText } from '../logic/time.js';
import { statusTag } from './status-tag.js';
import { receiveButton } from './to-receive.js';

const LOOK_MS = 15000;

/** The newest first. Asks for them again while one is under way. */
export function claimRows({ contest, me }, now) {
  const isFollowed = me.claims.some((claim) => isComing(claim, contest.paid_from, now));
  return h('ul.claims', { 'data-look': isFollowed ? Date.now() + LOOK_MS * (1 + Math.random()) : null, 'data-then': 'payouts' }, me.claims.slice().reverse().map((claim) => {
    const [label, sentence, kind] = claimWords(claim, contest.paid_from, now);
    return h('li', { 'data-status': claim.status },
      h('p.row', h('span', h('b', '¥' + yuan(claim.amount_fen)), statusTag(label, kind)), receiveButton(claim, now, 'small')),
      h('p.dim', sentence), h('p.dim', dateText(claim.claimed_at)),
      h('p.row', claim.number >= 0 && ownNumber(claim), isStuck(claim) && button('privacy', '联系主办方', 'small')));
  }));
}

/** What the staff asks for. */
const ownNumber = ({ number }) => [h('span.dim', '编号 ', h('b', String(number))),
  button('copy', '复制编号', 'small', { 'data-what': '编号', 'aria-label': '复制编号 ' + number })];

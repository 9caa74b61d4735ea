/** Asks for the claims again while one is under way: see part.js about `page`. */
import { claimWords } from './logic/claims.js';

const AGAIN_MS = 15000;

/** `timed`: the element whose time has come; `next`: its next time, in local milliseconds. Redraws the screen only if
 *  something has changed, since a redraw takes the place of who reads with a screen reader. */
export async function lookAgain({ state, main, say, show, data, now }, timed, next = Date.now() + AGAIN_MS) {
  if (document.hidden) return;
  timed.dataset.look = next;
  const answer = await data('GET', '/api/claims').catch(() => null);
  if (!answer || !main.contains(timed)) return;
  const changed = answer.claims.find((claim) =>
    state.me.claims.some((known) => known.claim_id === claim.claim_id && known.status !== claim.status));
  if (!changed) return;
  state.me = Object.assign({}, state.me, { claims: answer.claims });
  show(true);
  const [label, sentence] = claimWords(changed, state.contest.paid_from, now());
  say(label + '，' + sentence);
}

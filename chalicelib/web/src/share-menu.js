/** When WeChat's own menu gets the participant's link. */
import { sdk, share } from './api.js';
import { loadPart } from './load-part.js';
import { takesPart } from './logic/contest.js';
import { now, state } from './store.js';
import { IN_WECHAT } from './wechat.js';

let due = 0;

/** In WeChat, its own menu shares the participant's link, and without sharing the contest's own card. Nobody asked for this, so a failure is not shown. */
export async function shareByMenu() {
  if (!IN_WECHAT || state.inMenu) return;
  state.inMenu = true;
  try {
    const shares = state.contest.referral === 'extra_chance';
    const [facts, menu] = await Promise.all([shares ? share() : sdk(), loadPart('menu')]);
    if (shares) state.share = facts;
    await menu.setShareMenu(shares ? facts : menu.ownCard(state.contest, facts));
  } catch (silent) { /* see above */ }
}

/** Sets the menu when a result is shown, else at a random moment of a minute: at the opening all pages are alike, and
 *  must not ask in the same second. Called every second. */
export function shareWhenIdle() {
  if (state.inMenu || !takesPart(state.contest, state.me, now())) return;
  due = due || Date.now() + WAITS.SHARE_SOONEST_MS + Math.random() * WAITS.SHARE_SPREAD_MS;
  if (state.screen === 'result' || Date.now() >= due) shareByMenu();
}

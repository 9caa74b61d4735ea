/** What home tells once: what friends have brought since this phone was last used. */
import { chanceNews } from './logic/contest.js';
import { placeOf } from './logic/place.js';
import { say } from './page.js';
import { now, state } from './store.js';

/** Compares the chances with those that this phone knew; those of a new phone are only remembered. */
export function hear() {
  if (!state.me) return;
  const { granted } = state.me.chances;
  const place = placeOf('chances', state);
  try {
    const change = granted - (localStorage.getItem(place) || granted);
    localStorage.setItem(place, granted);
    if (change) say(state.news = chanceNews(change, now()));
  } catch (refused) { /* Without storage nothing is told. */ }
}

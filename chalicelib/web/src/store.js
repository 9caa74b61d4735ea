/** The page's state. */
import { placeOf } from './logic/place.js';
import { isUsable } from './logic/quiz.js';
import { clockOffset } from './logic/time.js';

/** Not of the session: WeChat ends it when the page is closed. */
const place = () => placeOf('quiz', state);

/** Instants are local milliseconds. `again` of a problem repeats what was refused, by itself at `at`; `tries` counts refusals in a row,
 *  and a paused page looks again at `lookAt`, counted from its drawing: many pages may turn to it in the same second. `news`: what home tells once. `alone`: the person takes
 *  part for no unit: see registering.js.
 *  `got`: screen -> the public answer that it shows. Parts read the state: see part.js. */
export const state = {
  contest: null, me: null, offset: 0, loadedAt: 0, failure: null,
  quiz: null, result: null, packet: null, receipt: null, problem: null, screen: 'loading',
  leaving: false, warned: false, busy: false, share: null, inMenu: false, got: {}, news: '', tries: 0, alone: null,
};

/** The server's clock. */
export const now = () => Date.now() + state.offset;

/** Takes the answer of `loadEntry` in api.js. */
export function enter({ contest, me, sentAt, receivedAt }) {
  // Another person may have signed in on this phone.
  if (state.me && (me || {}).person !== state.me.person) state.quiz = state.result = state.packet = null;
  Object.assign(state, { contest, me, failure: null, loadedAt: Date.now() });
  state.offset = clockOffset(contest.server_time, sentAt, receivedAt);
  if (!state.quiz) restore();
  try {
    state.alone = localStorage[placeOf('alone', state)];
  } catch (none) { /* no person, or no storage: then kept as long as the page */ }
}

/** If the browser refuses storage, the quiz is kept only as long as the page. */
export function keep(quiz) {
  state.quiz = quiz;
  try {
    if (quiz) localStorage.setItem(place(), JSON.stringify(quiz));
    else localStorage.removeItem(place());
  } catch (refused) { /* see above */ }
}

function restore() {
  try {
    const kept = JSON.parse(localStorage.getItem(place()));
    keep(isUsable(kept, state.contest, now()) ? kept : null);
  } catch (unreadable) {
    keep(null);
  }
}

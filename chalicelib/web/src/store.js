/** The page's state. */
import { isUsable } from './logic/quiz.js';
import { clockOffset } from './logic/time.js';

const STORED_QUIZ = 'quiz';

/** Instants are local milliseconds. `again` of a problem is the action of "retry". later.js reads the state: see there. */
export const state = {
  contest: null, me: null, offset: 0, loadedAt: 0, failure: null,
  quiz: null, result: null, packet: null, receipt: null, problem: null, screen: 'loading',
  leaving: false, warned: false, picker: null, units: null, busy: false, share: null, inMenu: false,
};

/** The server's clock. */
export const now = () => Date.now() + state.offset;

/** Takes the answer of `loadEntry` in api.js. */
export function enter({ contest, me, sentAt, receivedAt }) {
  Object.assign(state, { contest, me, failure: null, loadedAt: Date.now() });
  state.offset = clockOffset(contest.server_time, sentAt, receivedAt);
  if (!state.quiz) restore();
}

/** If the browser refuses storage, the quiz is kept only as long as the page. */
export function keep(quiz) {
  state.quiz = quiz;
  try {
    if (quiz) sessionStorage.setItem(STORED_QUIZ, JSON.stringify(quiz));
    else sessionStorage.removeItem(STORED_QUIZ);
  } catch (refused) { /* see above */ }
}

function restore() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(STORED_QUIZ));
    keep(isUsable(kept, state.contest, now()) ? kept : null);
  } catch (unreadable) {
    keep(null);
  }
}

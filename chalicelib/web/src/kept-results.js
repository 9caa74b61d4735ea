/** The last results on the phone, so that a person can read the explanations again. They are not personal to the contest's
 *  staff: they never leave the phone. */
import { placeOf } from './logic/place.js';
import { withResult } from './logic/results.js';

const place = (state) => placeOf('results', state);

/** The person's results, newest first; none if nobody is signed in or the browser refuses storage. */
export function keptResults(state) {
  try {
    return JSON.parse(localStorage.getItem(place(state))) || [];
  } catch (unreadable) {
    return [];
  }
}

/** Keeps a graded quiz; `at` is its instant in milliseconds. */
export function keepResult(state, { quiz: { attempt_id: id, questions }, graded }, at) {
  const result = { quiz: { attempt_id: id, questions }, graded, at };
  try {
    localStorage.setItem(place(state), JSON.stringify(withResult(keptResults(state), result)));
  } catch (refused) { /* see above */ }
}

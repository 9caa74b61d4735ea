/** The last results on the phone, so that a person can read the explanations again. They are not personal to the contest's
 *  staff: they never leave the phone. */
import { isOwn } from './logic/quiz.js';
import { withResult } from './logic/results.js';

const place = ({ contest }) => 'results ' + contest.contest_id;

/** The person's results, newest first; none if nobody is signed in or the browser refuses storage. */
export function keptResults(state) {
  if (!state.me) return [];
  try {
    return (JSON.parse(localStorage.getItem(place(state))) || []).filter((result) => isOwn(result, state.me));
  } catch (unreadable) {
    return [];
  }
}

/** Keeps a graded quiz; `at` is its instant in milliseconds. */
export function keepResult(state, { quiz: { attempt_id: id, questions }, graded }, at) {
  const result = { quiz: { attempt_id: id, questions }, graded, at, person: state.me.person };
  try {
    localStorage.setItem(place(state), JSON.stringify(withResult(keptResults(state), result)));
  } catch (refused) { /* see above */ }
}

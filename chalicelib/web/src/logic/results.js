/** The last results of a person, newest first, as they are kept on the phone: pure. A result is
 *  `{quiz: {attempt_id, questions}, graded, at}`; `at` in milliseconds. */
import { reviewOf } from './quiz.js';

const MOST = 5;

/** The list with one more result; the same attempt stands in it once. */
export const withResult = (results, result) =>
  [result].concat(results.filter(({ quiz }) => quiz.attempt_id !== result.quiz.attempt_id)).slice(0, MOST);

/** The questions that were answered wrong, as rows of `reviewOf`. The newest answer to a question counts: who has learnt it
 *  since finds it here no more. */
export function mistakes(results) {
  const rows = {};
  results.forEach(({ quiz, graded }) => reviewOf(quiz, graded).forEach((row) => { rows[row.id] = rows[row.id] || row; }));
  return Object.keys(rows).map((id) => rows[id]).filter((row) => !row.right);
}

/** The best result, and of equal ones the newest; undefined if there is none. */
export const best = (results) => results.slice().sort((one, other) => other.graded.score - one.graded.score)[0];

/** Loads the parts, each once: see part.js. */
import { ApiError, NO_NETWORK } from './api.js';
import { within } from './wait.js';

/** A browser itself waits for minutes, and other taps with it. */
const PATIENCE_MS = 15000;

/** The screens and actions of quiz.js; more.js has all others that the first file does not have. */
const QUIZ = ['question', 'result', 'packet', 'receipt', 'auto', 'choose', 'next', 'prev', 'goto', 'stay', 'leave', 'submit',
  'claim', 'open', 'receive', 'restart', 'expand', 'payout'];

const asked = {};
let failures = 0;

/** The part that has a screen or an action, if it is not of the first file. */
export const partOf = (name) => (QUIZ.includes(name) ? 'quiz' : 'more');

/** Returns a part's exports. Raises an ApiError; the next call tries again with another address, because browsers
 *  remember that a module's address failed. PARTS has the built files' addresses: see infra/build/esbuild.py. */
export function loadPart(part) {
  if (!asked[part]) {
    asked[part] = within(PATIENCE_MS, import(PARTS[part] + (failures ? '?' + failures : ''))).catch(() => {
      asked[part] = null;
      failures += 1;
      throw new ApiError('network', NO_NETWORK);
    });
  }
  return asked[part];
}

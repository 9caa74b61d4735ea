/** Loads later.js, once. */
import { ApiError, NO_NETWORK } from './api.js';

let asked = null;
let failures = 0;

/** Returns the exports of later.js. Raises an ApiError; the next call tries again with another address, because browsers
 *  remember that a module's address failed. LATER_FILE is the built file's address: see infra/build/esbuild.py. */
export function loadLater() {
  if (!asked) {
    asked = import(LATER_FILE + (failures ? '?' + failures : '')).catch(() => {
      asked = null;
      failures += 1;
      throw new ApiError('network', NO_NETWORK, 0);
    });
  }
  return asked;
}

/** Loads later.js, once. */
import { ApiError, NO_NETWORK } from './api.js';

let asked = null;
let failures = 0;

/** What later.js exports. Raises an ApiError; the next call tries again, under another address, because browsers
 *  remember that an address of a module failed. LATER_FILE is the built file's address: see infra/build/esbuild.py. */
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

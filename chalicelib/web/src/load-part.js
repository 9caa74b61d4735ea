/** Loads the parts, each once: see part.js. */
import { ApiError, NO_NETWORK } from './api.js';

/** The screens and actions of each part. */
const NAMES = {
  quiz: ['question', 'result', 'packet', 'receipt', 'auto', 'choose', 'next', 'prev', 'goto', 'stay', 'leave', 'submit', 'claim',
    'open', 'receive'],
  more: ['bank', 'certificate', 'follow', 'learn', 'mistakes', 'outside', 'review', 'turn', 'privacy', 'record', 'rules', 'share',
    'copy', 'find', 'followed', 'look', 'pick', 'point', 'unpoint', 'save-unit', 'unit'],
};

const asked = {};
let failures = 0;

/** The part that has a screen or an action; undefined for one of the first file, or none. */
export const partOf = (name) => Object.keys(NAMES).find((part) => NAMES[part].includes(name));

/** Returns a part's exports. Raises an ApiError; the next call tries again with another address, because browsers
 *  remember that a module's address failed. PARTS has the built files' addresses: see infra/build/esbuild.py. */
export function loadPart(part) {
  if (!asked[part]) {
    asked[part] = import(PARTS[part] + (failures ? '?' + failures : '')).catch(() => {
      asked[part] = null;
      failures += 1;
      throw new ApiError('network', NO_NETWORK, 0);
    });
  }
  return asked[part];
}

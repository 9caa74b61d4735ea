/** The second file: what the first view does not need.
 *
 *  A page that was loaded before a deployment may get this file from after it. So it imports nothing that keeps
 *  state and gets what it works on as arguments; change what is handed over only by adding to it. */
import { copyLink } from './sharing.js';
import { packet } from './views/packet.js';
import { question } from './views/question.js';
import { foundUnits, record } from './views/record.js';
import { result } from './views/result.js';
import { rules } from './views/rules.js';
import { share } from './views/share.js';

// The content security policy lets no script write a sheet, but lets it add rules to the page's own.
// LATER_STYLE is later.css: see infra/build/esbuild.py.
const { sheet } = document.querySelector('style');
sheet.insertRule('@media all{' + LATER_STYLE + '}', sheet.cssRules.length);

/** Screen -> `(state, now)` -> its elements. */
export const views = { packet, question, record, result, rules, share };

export { copyLink, foundUnits };

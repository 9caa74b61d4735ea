/** The second file: everything that the first view does not need.
 *
 *  A page that was loaded before a deployment may get this file from after it. So it imports nothing that keeps
 *  state, and gets all data as arguments. These may be extended, but never changed. */
import { answering } from './answering.js';
import { opening } from './opening.js';
import { registering } from './registering.js';
import { sharing } from './sharing.js';
import { receiving } from './transfer.js';
import { packet } from './views/packet.js';
import { privacy } from './views/privacy.js';
import { question } from './views/question.js';
import { receipt } from './views/receipt.js';
import { foundUnits, record } from './views/record.js';
import { result } from './views/result.js';
import { rules } from './views/rules.js';
import { share } from './views/share.js';

// The content security policy forbids scripts to make a style sheet, but they may add rules to the page's own.
// LATER_STYLE is later.css: see infra/build/esbuild.py.
const { sheet } = document.querySelector('style');
sheet.insertRule('@media all{' + LATER_STYLE + '}', sheet.cssRules.length);

/** Screen -> `(state, now)` -> its elements. */
export const views = { packet, privacy, question, receipt, record, result, rules, share };

/** Name of a button's action -> what it does, given the button. `page` is made in actions.js: the page's state and the
 *  functions that change or show it. */
export const actions = (page) =>
  Object.assign({}, answering(page), opening(page), registering(page), sharing(page), receiving(page));

export { foundUnits };

/** The second file: everything that the first view does not need.
 *
 *  A page that was loaded before a deployment may get this file from after it. So it imports nothing that keeps
 *  state, and gets all data as arguments. These may be extended, but never changed. */
import { receive as lead } from './receiving.js';
import { copyLink } from './sharing.js';
import { packet } from './views/packet.js';
import { privacy } from './views/privacy.js';
import { question } from './views/question.js';
import { receipt } from './views/receipt.js';
import { foundUnits, record } from './views/record.js';
import { result } from './views/result.js';
import { rules } from './views/rules.js';
import { share } from './views/share.js';
import { wait } from './wait.js';
import { knowsReceipts, openReceipt } from './wechat-receipt.js';

// The content security policy forbids scripts to make a style sheet, but they may add rules to the page's own.
// LATER_STYLE is later.css: see infra/build/esbuild.py.
const { sheet } = document.querySelector('style');
sheet.insertRule('@media all{' + LATER_STYLE + '}', sheet.cssRules.length);

/** Screen -> `(state, now)` -> its elements. */
export const views = { packet, privacy, question, receipt, record, result, rules, share };

/** `receive` of receiving.js with this phone's WeChat. `sdk()` asks for the server's signature of this page. */
export const receive = (page) => lead(Object.assign({}, page, {
  wait, agent: navigator.userAgent, isBridged: Boolean(window.WeixinJSBridge),
  open: openReceipt, prepare: async () => knowsReceipts(await page.sdk()),
}));

export { copyLink, foundUnits };

/** A part is a file that the first view does not need: quiz.js, more.js, menu.js.
 *
 *  A page that was loaded before a deployment may get a part from after it. So a part imports nothing that keeps state,
 *  and gets all data as arguments: `page`, made in actions.js, has the page's state and the functions that change or
 *  show it. These may be extended, but never changed. A part exports any of
 *  - `views`: screen -> `(state, now)` -> its elements,
 *  - `actions(page)`: a button's action -> what it does, given the button,
 *  - `wake(state)`: done when it is loaded,
 *  - `needs`: screen -> the address of the answer that it shows,
 *  - `signInMessage(code)`: why WeChat refused the sign-in, for the participant. */

/** Adds a part's own style, which esbuild.py puts in for PART_STYLE. The content security policy forbids scripts to make
 *  a style sheet, but they may add rules to the page's own. */
export function addStyle(rules) {
  const { sheet } = document.querySelector('style');
  sheet.insertRule('@media all{' + rules + '}', sheet.cssRules.length);
}

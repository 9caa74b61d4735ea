/** The elements of index.html. */

export const main = document.getElementById('app');

/** The head of the home screens: the server has filled in the contest's texts. */
export const hero = main.querySelector('.hero');

const live = document.getElementById('live');

/** For screen readers. */
export const say = (text) => { live.textContent = text; };

/** Large type, or the usual one again. boot.js restores it. */
export function toggleLarge() {
  const chosen = document.documentElement.className ? '' : 'care';
  document.documentElement.className = chosen;
  try {
    localStorage.care = chosen;
  } catch (refused) { /* for this visit only */ }
}

/** The two elements of index.html that change. */

export const main = document.getElementById('app');

const live = document.getElementById('live');

/** For screen readers. */
export const say = (text) => { live.textContent = text; };

/** The elements that show time left. */
import { endText } from './logic/contest.js';
import { countdown, clockText } from './logic/time.js';
import { main, say } from './page.js';
import { now, state } from './store.js';

const SOON = 300000;
const LAST_MINUTE = 60000;

export function tick() {
  main.querySelectorAll('[data-until]').forEach((box) => {
    const left = countdown(Date.parse(box.dataset.until) - now());
    const parts = [left.days, left.hours, left.minutes, left.seconds];
    box.querySelectorAll('b').forEach((cell, at) => { cell.textContent = parts[at]; });
  });
  main.querySelectorAll('[data-due]').forEach((box) => {
    box.textContent = Math.max(0, Math.ceil((box.dataset.due - Date.now()) / 1000));
  });
  main.querySelectorAll('[data-ends]').forEach((box) => { box.textContent = endText(state.contest, now()); });
  main.querySelectorAll('[data-left]').forEach((box) => {
    const left = Number(box.dataset.left) - now();
    box.textContent = clockText(left);
    box.classList.toggle('soon', left < SOON);
    box.classList.toggle('late', left < LAST_MINUTE);
    if (left < LAST_MINUTE && !state.warned) {
      state.warned = true;
      say('剩余不到一分钟');
    }
  });
}

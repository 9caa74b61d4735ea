/** Whether a tap on an option moves on to the next question. */

const KEPT = 'auto-next';

/** The person's choice, kept on this phone; otherwise on, except with large type, whose readers take their time. */
export function isAuto() {
  try {
    const chosen = localStorage.getItem(KEPT);
    if (chosen) return chosen === 'on';
  } catch (refused) { /* not chosen */ }
  return !document.documentElement.classList.contains('care');
}

export function setAuto(on) {
  try {
    localStorage.setItem(KEPT, on ? 'on' : 'off');
  } catch (refused) { /* the browser keeps nothing */ }
}

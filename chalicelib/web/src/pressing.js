/** What happens between a tap and its answer. */
import { act, retry } from './actions.js';
import { main, say } from './page.js';
import { state } from './store.js';

const SPINNER_MS = 300;
const SLOW_MS = 3000;
const WORDS = { start: '正在抽题…', restart: '正在抽题…', submit: '正在交卷…' };
const SLOW = '网络较慢，请别离开';

/** Actions that work while another one waits for the server. */
const FREE = ['copy', 'expand', 'home', 'large', 'leave', 'learn', 'privacy', 'record', 'rules', 'stay'];

/** Does a button's action. One that asks the server holds up the others, save those that only look elsewhere. */
export function press(pressed) {
  const { action } = pressed.dataset;
  if (!state.busy) return run(pressed, () => act(pressed, action));
  return FREE.includes(action) ? act(pressed, action) : null;
}

/** Repeats by itself what was refused, when its time has come. */
export function retryWhenDue() {
  const { at } = state.failure || state.problem || {};
  if (at && Date.now() >= at) run(null, retry);
}

async function run(pressed, action) {
  state.busy = true;
  const restore = pressed && tellOfWaiting(pressed);
  try {
    await action();
  } finally {
    state.busy = false;
    if (restore) restore();
    if (!state.failure && !state.problem) state.tries = 0;
  }
}

/** The button says what it waits for; returns what ends this. A packet's coin spins instead. */
function tellOfWaiting(pressed) {
  const label = pressed.textContent;
  let told = label;
  const tell = (text) => {
    pressed.classList.add('slow');
    main.setAttribute('aria-busy', 'true');
    pressed.textContent = told = text;
    say(text);
  };
  pressed.classList.add('busy');
  const timers = pressed.classList.contains('coin') ? []
    : [[SPINNER_MS, WORDS[pressed.dataset.action] || '请稍候…'], [SLOW_MS, SLOW]].map(([after, text]) => setTimeout(tell, after, text));
  return () => {
    timers.forEach(clearTimeout);
    pressed.classList.remove('busy', 'slow');
    main.setAttribute('aria-busy', 'false');
    // An action may have changed the words itself.
    if (pressed.textContent === told) pressed.textContent = label;
  };
}

/** Gets the present state from the server. */
import { loadEntry, told } from './api.js';
import { delay } from './logic/refusals.js';
import { hear } from './news.js';
import { show } from './screens.js';
import { enter, state } from './store.js';

/** Gets the first view's data. */
export async function load() {
  state.lookAt = Date.now() + delay({ code: 'contest_paused' }, 0, Math.random());
  try {
    enter(await loadEntry());
    hear();
  } catch (fault) {
    const error = told(fault);
    if (state.contest) state.problem = { error };
    else {
      const pause = delay(error, state.tries, Math.random());
      state.failure = { error, at: pause && Date.now() + pause };
      state.tries += 1;
    }
  }
}

/** Gets the data again if they are older than `age` milliseconds. */
export async function refresh(age) {
  if (Date.now() - state.loadedAt < age) return;
  await load();
  // Nobody asked for this, so a failure is not shown.
  state.problem = null;
  show(true);
}

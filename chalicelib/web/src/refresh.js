/** Gets the present state from the server. */
import { loadEntry, told } from './api.js';
import { hear } from './news.js';
import { repeated, show } from './screens.js';
import { enter, state } from './store.js';

/** Gets the first view's data. */
export async function load() {
  try {
    enter(await loadEntry());
    hear();
  } catch (error) {
    if (state.contest) state.problem = { error: told(error) };
    else state.failure = repeated(told(error));
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

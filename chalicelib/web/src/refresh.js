/** Gets the present state from the server. */
import { loadEntry, told } from './api.js';
import { hear } from './news.js';
import { repeated, show } from './screens.js';
import { enter, state } from './store.js';

/** Gets the first view's data. */
export async function load() {
  const { me } = state;
  try {
    const answer = await loadEntry();
    // What was done meanwhile is newer than this answer.
    if (state.me !== me) return;
    enter(answer);
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

/** Asks the server how things are. */
import { loadEntry } from './api.js';
import { show } from './screens.js';
import { enter, state } from './store.js';

/** Asks what the first view needs. */
export async function load() {
  try {
    enter(await loadEntry());
  } catch (error) {
    if (state.contest) state.problem = { error };
    else state.failure = error;
  }
}

/** Asks again when what is known is older than `age` milliseconds. */
export async function refresh(age) {
  if (Date.now() - state.loadedAt < age) return;
  await load();
  // Nobody asked, so a failure is not worth a word.
  state.problem = null;
  show(true);
}

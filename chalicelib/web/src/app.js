/** The first file: event listeners, the clock, and the first view. */
import { act } from './actions.js';
import { loadPart } from './load-part.js';
import { phaseAt } from './logic/contest.js';
import { isUsable } from './logic/quiz.js';
import { ENDED, EXPIRED } from './logic/refusals.js';
import { main, say } from './page.js';
import { press, retryWhenDue } from './pressing.js';
import { load, refresh } from './refresh.js';
import { loadWanted, moveInHistory, screenNow, show } from './screens.js';
import { shareWhenIdle } from './share-menu.js';
import { keep, now, state } from './store.js';
import { tick } from './timers.js';

const STALE_MS = 60000;
const RETURN_MS = 3000;

/** Asks whether the person follows now. */
const look = () => act(null, 'look');

main.addEventListener('click', ({ target }) => {
  const pressed = target.closest('[data-action]');
  if (pressed && !pressed.disabled) press(pressed);
});

main.addEventListener('input', ({ target }) => {
  if (target.dataset.input) act(target, target.dataset.input);
});

addEventListener('popstate', moveInHistory);

// A person who returns, for example after following, sees the present state.
document.addEventListener('visibilitychange', async () => {
  const fixed = ['question', 'result', 'packet', 'receipt', 'error'].includes(state.screen);
  if (document.hidden || fixed || state.busy) return;
  if (state.screen === 'follow') return look();
  // A sharer may have another chance.
  await refresh(state.screen === 'notfollowing' || state.share ? RETURN_MS : STALE_MS);
});

function everySecond() {
  tick();
  // A page that nobody sees asks for nothing.
  if (state.busy || document.hidden) return;
  retryWhenDue();
  if (state.failure || state.busy) return;
  if (state.screen === 'paused' && Date.now() >= state.lookAt) {
    // Once: the answer, which may be slow, draws the screen again.
    state.lookAt = Infinity;
    refresh(0);
  }
  shareWhenIdle();
  if (state.quiz && !isUsable(state.quiz, state.contest, now())) {
    keep(null);
    state.problem = { error: phaseAt(state.contest, now()) === 'closed' ? ENDED : EXPIRED };
    show();
  }
  const timed = main.querySelector('[data-look]');
  if (timed && Date.now() >= timed.dataset.look) act(timed, timed.dataset.then);
  const { screen, phase } = state;
  if (screenNow() === screen && phaseAt(state.contest, now()) === phase) return;
  show(true);
  if (screen === 'before') say('竞答已经开始');
}

/** Why WeChat refused the sign-in. */
const signInMessage = (code) => loadPart('more').then((more) => more.signInMessage(code), () => '');

async function boot() {
  const refused = new URLSearchParams(location.search).get('e');
  if (refused) state.failure = { error: { code: 'not_signed_in', message: await signInMessage(refused) } };
  else {
    await load();
    if (!state.failure) await loadWanted();
  }
  show();
  // Signed in again, to see whether they follow.
  if (location.hash === '#follow') look();
  setInterval(everySecond, 1000);
}

// Out of the promise, so that boot.js hears of it.
boot().catch((fault) => setTimeout(() => { throw fault; }));

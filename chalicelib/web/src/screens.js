/** The present screen, its drawing, and the browser's history. */
import { data, told } from './api.js';
import { loadPart, partOf } from './load-part.js';
import { mayShare, phaseAt, screenFor } from './logic/contest.js';
import { afterRefusal, delay } from './logic/refusals.js';
import { main, say } from './page.js';
import { now, state } from './store.js';
import { tick } from './timers.js';
import { before, closed, error, follower, notfollowing, paused, signin } from './views/home.js';

const HOME = 'home';
const FRESH_MS = 60000;

const homes = { before, closed, error, home: follower, notfollowing, paused, signin };
/** `views` and `needs` of the loaded parts. */
const views = Object.create(null);
const needs = {};

const depth = () => (history.state && history.state.depth) || 0;
/** WeChat's sign-in leaves a fragment of its own, `#wechat_redirect`. */
const wanted = () => (history.state ? history.state.screen : (/^#([a-z]+)$/.exec(location.hash) || [])[1]) || HOME;

/** Returns home for a screen in the history whose data or code is missing. */
export function screenNow() {
  if (state.failure) return 'error';
  const { contest, me } = state;
  const screen = wanted();
  if (!views[screen]) return screenFor(contest, me, now());
  const has = { question: state.quiz, result: me && state.result, packet: state.packet, record: me,
    receipt: state.receipt && me && me.claims.some((claim) => claim.claim_id === state.receipt.claimId),
    follow: screenFor(contest, me, now()) === 'notfollowing',
    share: state.share && mayShare(contest, me, now()) };
  const ready = screen in has ? has[screen] : !needs[screen] || state.got[screen];
  return ready ? screen : screenFor(contest, me, now());
}

/** Loads the code of a part, and its screens. Raises an ApiError. */
export async function loadViews(part) {
  const loaded = await loadPart(part);
  Object.assign(views, loaded.views);
  Object.assign(needs, loaded.needs);
  if (loaded.wake) loaded.wake(state);
  return loaded;
}

/** Loads the code of a screen and the answer that it shows, unless it is a minute old or less. Raises an ApiError. */
export async function loadScreen(screen) {
  await loadViews(partOf(screen));
  const got = state.got[screen];
  if (!needs[screen] || (got && Date.now() - got.at < FRESH_MS)) return;
  state.got[screen] = Object.assign(await data('GET', needs[screen]), { at: Date.now() });
}

/** Loads the screen that the history asks for; without it `screenNow` falls back to home. */
export async function loadWanted() {
  if (wanted() !== HOME) await loadScreen(wanted()).catch(() => null);
}

/** Draws the screen; a redraw (`keep`) does not change focus and scrolling. */
export function show(keep) {
  const moved = !keep || state.screen !== screenNow();
  state.screen = screenNow();
  state.phase = state.contest && phaseAt(state.contest, now());
  state.lookAt = Date.now() + delay({ code: 'contest_paused' }, 0, Math.random());
  const nodes = (homes[state.screen] || views[state.screen])(state, now());
  main.textContent = '';
  main.append(...nodes.filter(Boolean));
  main.setAttribute('data-screen', state.screen);
  main.setAttribute('aria-busy', 'false');
  tick();
  const heading = main.querySelector('h1');
  document.title = (heading.dataset.title || heading.textContent) + (state.contest ? ' · ' + state.contest.account : '');
  if (!moved) return;
  say('');
  scrollTo(0, 0);
  heading.focus({ preventScroll: true });
}

/** `replace`: "back" skips the present screen. */
export function go(screen, replace) {
  if (state.screen === 'home') state.news = '';
  state.problem = null;
  const stays = replace && depth();
  history[stays ? 'replaceState' : 'pushState']({ screen, depth: stays || depth() + 1 }, '', '#' + screen);
  show();
}

/** Unwinds the history, so that "back" at home leaves the page. */
export function goHome() {
  state.problem = null;
  if (depth()) {
    history.go(-depth());
    return;
  }
  state.leaving = false;
  history.replaceState(null, '', '/');
  show();
}

/** Handles the browser's "back" and "forward". */
export async function moveInHistory() {
  const inQuiz = state.screen === 'question' && state.quiz && wanted() !== 'question';
  state.problem = null;
  // Asks before leaving a quiz; a second "back" means yes.
  if (inQuiz && !state.leaving) {
    state.leaving = true;
    go('question');
    return;
  }
  state.leaving = false;
  await loadWanted();
  show();
}

/** `{error, again, at}` of a refusal, as `state.problem` and `state.failure` hold it. */
export function repeated(error, again, pause = delay(error, state.tries, Math.random())) {
  state.tries += 1;
  return { error: told(error), again, at: pause && Date.now() + pause };
}

/** Shows a refusal; `again` repeats the refused action, by itself after `pause` milliseconds. */
export function refuse(error, again, pause) {
  state.problem = repeated(error, again, pause);
  Object.assign(state, afterRefusal(state.contest, state.me, error.code));
  show(true);
  const alert = main.querySelector('.problem');
  if (!alert) return;
  alert.scrollIntoView({ block: 'center' });
  const button = alert.querySelector('button');
  if (button) button.focus({ preventScroll: true });
}

/** The actions of the buttons. The parts have those that the first view does not need. */
import * as api from './api.js';
import { partOf } from './load-part.js';
import { newQuiz } from './logic/quiz.js';
import { main, say, toggleLarge } from './page.js';
import { load, refresh } from './refresh.js';
import { go, goHome, loadScreen, loadViews, loadWanted, refuse, show } from './screens.js';
import { shareByMenu } from './share-menu.js';
import { keep, now, state } from './store.js';

const SIGN_IN = '/oauth/start?next=/';
const RECORD_STALE_MS = 15000;

/** Repeats what was refused. */
export async function retry() {
  const { again } = state.problem || {};
  state.problem = null;
  if (again) return again();
  if (state.failure) history.replaceState(null, '', '/' + location.hash);
  await load();
  await loadWanted();
  show();
}

/** Goes to a part's screen; returns whether it could be loaded. */
async function goLater(screen, replace) {
  try {
    await loadScreen(screen);
    go(screen, replace);
    return true;
  } catch (error) {
    refuse(error, () => goLater(screen, replace));
    return false;
  }
}

async function startQuiz() {
  const from = state.screen;
  const again = from === 'result';
  if (!state.me) return actions.signin();
  if (state.quiz) return goLater('question', again);
  say('正在抽题');
  try {
    const [drawn] = await Promise.all([api.draw(), loadScreen('question')]);
    keep(newQuiz(drawn));
    state.contest.paused = false;
    state.leaving = state.warned = false;
    // Who has gone to another screen meanwhile finds the quiz at home.
    if (state.screen === from) go('question', again);
  } catch (error) {
    refuse(error, startQuiz);
  }
}

async function showRecord() {
  if (await goLater('record', state.screen !== 'packet')) await refresh(RECORD_STALE_MS);
}

async function showShare() {
  try {
    const [facts] = await Promise.all([api.share(), loadScreen('share')]);
    state.share = facts;
    go('share');
    shareByMenu();
  } catch (error) {
    refuse(error, showShare);
  }
}

const actions = {
  home: () => {
    // After a refusal there is nothing to lose: leave without a question.
    state.leaving = Boolean(state.problem);
    goHome();
  },
  signin: () => location.assign(SIGN_IN),
  start: startQuiz,
  record: showRecord,
  rules: () => goLater('rules', true),
  share: showShare,
  large: toggleLarge,
  retry,
};

/** What the parts' actions may use. It may be extended, but never changed: see part.js. */
const page = { state, main, say, keep, now, go, goLater, goHome, show, refuse, load, start: startQuiz, data: api.data, sdk: api.sdk };

/** Does the action `name` of a button or field; that of a part is loaded. A screen's name means to go there. */
export async function act(pressed, name) {
  if (actions[name]) return actions[name](pressed);
  try {
    const theirs = (await loadViews(partOf(name))).actions(page);
    return theirs[name] ? theirs[name](pressed) : goLater(name);
  } catch (error) {
    if (!error.code) throw error;
    return refuse(error, () => act(pressed, name));
  }
}

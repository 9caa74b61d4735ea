/** The actions of the buttons. later.js has those that the first view does not need. */
import * as api from './api.js';
import { newQuiz } from './logic/quiz.js';
import { main, say } from './page.js';
import { load, refresh } from './refresh.js';
import { go, goHome, loadScreens, refuse, show } from './screens.js';
import { shareByMenu } from './share-menu.js';
import { keep, now, state } from './store.js';

const SIGN_IN = '/oauth/start?next=/';
const RECORD_STALE_MS = 15000;

async function retry() {
  const { again } = state.problem || {};
  state.problem = null;
  if (again) return again();
  if (state.failure) history.replaceState(null, '', '/' + location.hash);
  await load();
  show();
}

/** Goes to a screen of later.js; returns whether it could be loaded. */
async function goLater(screen, replace) {
  try {
    await loadScreens();
    go(screen, replace);
    return true;
  } catch (error) {
    refuse(error, () => goLater(screen, replace));
    return false;
  }
}

async function startQuiz() {
  const again = state.screen === 'result';
  if (!state.me) return actions.signin();
  if (state.quiz) return goLater('question', again);
  say('正在抽题');
  try {
    const [drawn] = await Promise.all([api.draw(), loadScreens()]);
    keep(newQuiz(drawn, state.contest.contest_id, state.me.person));
    state.contest.paused = false;
    state.leaving = state.warned = false;
    go('question', again);
  } catch (error) {
    refuse(error, startQuiz);
  }
}

async function showRecord() {
  state.picker = null;
  if (await goLater('record', state.screen !== 'packet')) await refresh(RECORD_STALE_MS);
}

async function showShare() {
  try {
    const [facts] = await Promise.all([api.share(), loadScreens()]);
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
  restart: () => { keep(null); return startQuiz(); },
  record: showRecord,
  rules: () => goLater('rules', true),
  privacy: () => goLater('privacy'),
  share: showShare,
  retry,
};

/** What the actions of later.js may use. It may be extended, but never changed: see there. */
const page = { state, main, say, keep, now, go, goLater, goHome, show, refuse, load, data: api.data };

/** Does the action of a button; that of later.js is loaded. */
export async function act(pressed) {
  const name = pressed.dataset.action;
  if (actions[name]) return actions[name](pressed);
  try {
    const later = await loadScreens();
    return later.actions(page)[name](pressed);
  } catch (error) {
    if (!error.code) throw error;
    return refuse(error, () => act(pressed));
  }
}

/** The actions of the buttons. */
import * as api from './api.js';
import { calm } from './dom.js';
import { afterClaim, yuan } from './logic/claims.js';
import { afterSubmission, answer, moveTo, newQuiz } from './logic/quiz.js';
import { afterFailedSubmission } from './logic/refusals.js';
import { main, say } from './page.js';
import { load, refresh } from './refresh.js';
import { go, goHome, loadScreens, refuse, show } from './screens.js';
import { keep, state } from './store.js';
import { askForReceipt } from './transfer.js';
import { wait } from './wait.js';

const SIGN_IN = '/oauth/start?next=/';
const COIN_MS = 1100;
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

// the quiz

async function startQuiz() {
  const again = state.screen === 'result';
  if (!state.me) return actions.signin();
  if (state.quiz) return goLater('question', again);
  say('正在抽题');
  try {
    const [drawn] = await Promise.all([api.draw(), loadScreens()]);
    keep(newQuiz(drawn, state.contest.contest_id));
    state.leaving = state.warned = false;
    go('question', again);
  } catch (error) {
    refuse(error, startQuiz);
  }
}

function choose(pressed) {
  keep(answer(state.quiz, state.quiz.questions[state.quiz.index].id, pressed.dataset.key));
  show(true);
  // The redraw replaced the button: keep the focus in its place.
  main.querySelector('[aria-pressed=true]').focus({ preventScroll: true });
}

function step(by) {
  keep(moveTo(state.quiz, state.quiz.index + by));
  state.problem = null;
  show();
}

async function submitQuiz() {
  const { quiz } = state;
  say('正在交卷');
  try {
    const graded = await api.submit(quiz.attempt_id, quiz.attempt, quiz.answers);
    state.result = { quiz, graded };
    state.me = afterSubmission(state.me, quiz.attempt_id, graded);
    keep(null);
    go('result', true);
  } catch (error) {
    keep(afterFailedSubmission(quiz, error.code));
    refuse(error, submitQuiz);
  }
}

// the packet

function showPacket() {
  const own = state.screen === 'result' && state.result.quiz.attempt_id;
  const { claimable } = state.me;
  if (own && state.packet && state.packet.claim && state.packet.attemptId === own) state.packet.fresh = false;
  else state.packet = { attemptId: claimable.includes(own) ? own : claimable[0] };
  return goLater('packet');
}

async function openPacket() {
  const { packet } = state;
  // Asked again from the screen to which "back" has led meanwhile.
  if (state.screen !== 'packet') go('packet');
  main.querySelector('.coin').classList.add('spin');
  say('正在拆红包');
  const spun = wait(calm() ? 0 : COIN_MS);
  try {
    const claim = await api.claim(packet.attemptId);
    await spun;
    state.me = afterClaim(state.me, packet.attemptId, claim);
    state.packet = { attemptId: packet.attemptId, claim, fresh: true };
    state.problem = null;
    show();
    say('恭喜您获得 ' + yuan(claim.amount_fen) + ' 元红包');
  } catch (error) {
    refuse(error, openPacket);
  }
}

// the record and the unit

async function showRecord() {
  state.picker = null;
  if (await goLater('record', state.screen !== 'packet')) await refresh(RECORD_STALE_MS);
}

async function pickUnit() {
  try {
    if (!state.units) state.units = await api.loadUnits();
    state.picker = {};
    show(true);
    main.querySelector('[data-find]').focus();
  } catch (error) {
    refuse(error, pickUnit);
  }
}

async function saveUnit() {
  try {
    await api.chooseUnit(state.picker.name);
    state.me = Object.assign({}, state.me, { unit: state.picker.name });
    state.picker = state.problem = null;
    show(true);
    say('单位已登记');
  } catch (error) {
    if (error.code === 'unit_already_set') {
      state.picker = null;
      await load();
    }
    refuse(error, saveUnit);
  }
}

// sharing

async function showShare() {
  try {
    const [facts] = await Promise.all([api.share(), loadScreens()]);
    state.share = facts;
    go('share');
  } catch (error) {
    refuse(error, showShare);
  }
}

export const actions = {
  home: () => {
    // After a refusal there is nothing to lose: leave without a question.
    state.leaving = Boolean(state.problem);
    goHome();
  },
  signin: () => location.assign(SIGN_IN),
  start: startQuiz,
  restart: () => { keep(null); return startQuiz(); },
  choose,
  next: () => step(1),
  prev: () => step(-1),
  goto: (cell) => step(Number(cell.dataset.at) - state.quiz.index),
  stay: () => { state.leaving = false; show(); },
  leave: goHome,
  submit: submitQuiz,
  claim: showPacket,
  open: openPacket,
  receive: (pressed) => askForReceipt(pressed.dataset.claim),
  record: showRecord,
  rules: () => goLater('rules', true),
  privacy: () => goLater('privacy'),
  share: showShare,
  copy: async (pressed) => {
    await (await loadScreens()).copyLink(pressed);
    say(pressed.textContent);
  },
  unit: pickUnit,
  pick: (pressed) => {
    state.picker.name = pressed.dataset.unit;
    show(true);
    main.querySelector('[data-action=save-unit]').focus();
  },
  'save-unit': saveUnit,
  retry,
};

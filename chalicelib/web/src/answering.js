/** The actions in a quiz: see part.js about `page`. */
import { isAuto, setAuto } from './auto-next.js';
import { keepResult } from './kept-results.js';
import { afterFailedSubmission, ENDED, QUICK } from './logic/refusals.js';
import { afterSubmission, answer, moveTo, submittableAt } from './logic/quiz.js';
import { noteCommitment } from './noted.js';
import { DOUBLE_TAP_MS, showAnswer } from './views/question.js';

/** Long enough to see one's choice. */
const SEEN_MS = 350;
const SURE = '再点一次，确认放弃';

export function answering({ state, main, say, keep, now, go, goHome, show, refuse, start, data }) {
  function choose(field) {
    keep(answer(state.quiz, state.quiz.questions[state.quiz.index].id, field.dataset.key));
    showAnswer(main, state.quiz);
    if (field.parentNode.dataset.tapped && isAuto()) setTimeout(moveOn, SEEN_MS, state.quiz);
  }

  /** Unless the person has done something else since. */
  function moveOn(quiz) {
    if (state.quiz === quiz && state.screen === 'question' && !state.leaving) step(1);
  }

  function step(by) {
    keep(moveTo(state.quiz, state.quiz.index + by));
    state.problem = null;
    show();
  }

  async function submit() {
    const { quiz, contest } = state;
    const early = submittableAt(quiz, contest) - now();
    if (early > 0) return refuse(QUICK, submit, early);
    say('正在交卷');
    // One who closes the page meanwhile can ask for the result with the same answers.
    keep(Object.assign({}, quiz, { sent: true }));
    try {
      const { attempt, answers } = quiz;
      const graded = await data('POST', '/api/attempts/' + encodeURIComponent(quiz.attempt_id) + '/submission', { attempt, answers });
      state.result = { quiz, graded };
      keepResult(state, state.result, now());
      state.me = afterSubmission(state.me, quiz.attempt_id, graded);
      // A pause that refused an earlier try is over.
      state.contest.paused = false;
      noteCommitment(state.contest, now());
      keep(null);
      go('result', true);
    } catch (error) {
      keep(afterFailedSubmission(quiz, error.code));
      if (error.code === 'contest_closed') Object.assign(error, ENDED);
      refuse(error, submit);
    }
  }

  /** Asks before an unfinished quiz is given up. */
  function restart(pressed) {
    if (state.quiz && !(Date.now() - pressed.dataset.asked > DOUBLE_TAP_MS)) {
      pressed.dataset.asked = Date.now();
      pressed.textContent = SURE;
      say(SURE);
      return null;
    }
    keep(null);
    return start();
  }

  /** Unfolds all explanations, or folds them. */
  function expand(pressed) {
    const rows = [...main.querySelectorAll('details')];
    const open = rows.some((row) => !row.open);
    rows.forEach((row) => { row.open = open; });
    pressed.textContent = open ? '收起全部' : '展开全部';
  }

  return {
    choose,
    auto: (field) => setAuto(field.checked),
    next: () => step(1),
    prev: () => step(-1),
    goto: (cell) => step(Number(cell.dataset.cell) - state.quiz.index),
    stay: () => { state.leaving = false; show(); },
    leave: goHome,
    submit,
    restart,
    expand,
  };
}

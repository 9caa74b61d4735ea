/** The actions in a quiz: see part.js about `page`. */
import { afterFailedSubmission, QUICK } from './logic/refusals.js';
import { afterSubmission, answer, moveTo, submittableAt } from './logic/quiz.js';

export function answering({ state, main, say, keep, now, go, goHome, show, refuse, data }) {
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

  async function submit() {
    const { quiz, contest } = state;
    const early = submittableAt(quiz, contest) - now();
    if (early > 0) return refuse(QUICK, submit, early);
    say('正在交卷');
    try {
      const { attempt, answers } = quiz;
      const graded = await data('POST', '/api/attempts/' + encodeURIComponent(quiz.attempt_id) + '/submission', { attempt, answers });
      state.result = { quiz, graded };
      state.me = afterSubmission(state.me, quiz.attempt_id, graded);
      // A pause that refused an earlier try is over.
      state.contest.paused = false;
      keep(null);
      go('result', true);
    } catch (error) {
      keep(afterFailedSubmission(quiz, error.code));
      refuse(error, submit);
    }
  }

  return {
    choose,
    next: () => step(1),
    prev: () => step(-1),
    goto: (cell) => step(Number(cell.dataset.at) - state.quiz.index),
    stay: () => { state.leaving = false; show(); },
    leave: goHome,
    submit,
  };
}

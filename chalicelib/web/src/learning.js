/** The actions of learning: see part.js about `page`. */
import { keptResults } from './kept-results.js';

export const learning = ({ state, main, show, goLater }) => ({
  /** Turns to the card that a button or the list of subjects names. */
  turn: ({ dataset: { at }, value }) => {
    state.got.learn.card = Number(at || value);
    show(true);
    main.querySelector('.lesson h1').focus({ preventScroll: true });
  },
  /** Shows a kept result again. */
  review: ({ dataset: { attempt } }) => {
    state.result = keptResults(state).find(({ quiz }) => quiz.attempt_id === attempt);
    return goLater('result');
  },
});

/** The actions of the ranking: see part.js about `page`. */

export function ranks({ state, main, goLater, show }) {
  async function ranking() {
    if (await goLater('ranking', state.screen === 'ranking')) return;
    const { error } = state.problem;
    if (error.code !== 'not_found') return;
    // The organiser has made it private since.
    state.contest.ranking = false;
    error.message = '单位参与榜现在不公开。';
    show(true);
  }

  function by(pressed) {
    state.rankedBy = pressed.dataset.by;
    show(true);
    // The redraw replaced the button: keep the focus in its place.
    main.querySelector('[data-by=' + state.rankedBy + ']').focus({ preventScroll: true });
  }

  return { ranking, 'rank-by': by };
}

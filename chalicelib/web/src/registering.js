/** The choice of a unit: see part.js about `page`. */
import { placeOf } from './logic/place.js';

export function registering({ state, say, goHome, goLater, show, refuse, load, data }) {
  /** Also the way back from the confirmation. */
  function units() {
    state.problem = null;
    if (state.finding) state.finding.name = null;
    return state.screen === 'units' ? show() : goLater('units');
  }

  function pick(pressed) {
    state.finding.name = pressed.dataset.unit;
    show();
  }

  /** A repeat saves what was confirmed, whatever has been looked at since. */
  async function save(unit) {
    try {
      await data('PUT', '/api/me/unit', { unit });
      state.me = Object.assign({}, state.me, { unit });
      state.problem = null;
      show();
      say('单位已登记');
    } catch (error) {
      // Chosen on another phone or by a code meanwhile: shows which one it is.
      if (error.code === 'unit_already_set') await load();
      refuse(error, () => save(unit));
    }
  }

  /** The page no longer asks; the record still offers it. */
  function none() {
    state.alone = 'yes';
    try {
      localStorage[placeOf('alone', state)] = state.alone;
    } catch (refused) { /* kept as long as the page */ }
    if (history.state && history.state.depth) history.back();
    else goHome();
  }

  return { units, pick, 'save-unit': () => save(state.finding.name), 'no-unit': none };
}

/** The choice of a unit: see part.js about `page`. */
import { foundUnits } from './views/record.js';

export function registering({ state, main, say, show, refuse, load, data }) {
  async function unit() {
    try {
      if (!state.units) state.units = (await data('GET', '/api/units')).units;
      state.picker = {};
      show(true);
      main.querySelector('#find').focus();
    } catch (error) {
      refuse(error, unit);
    }
  }

  function pick(pressed) {
    state.picker.name = pressed.dataset.unit;
    show(true);
    main.querySelector('[data-action=save-unit]').focus();
  }

  async function save() {
    try {
      await data('PUT', '/api/me/unit', { unit: state.picker.name });
      state.me = Object.assign({}, state.me, { unit: state.picker.name });
      state.picker = state.problem = null;
      show(true);
      say('单位已登记');
    } catch (error) {
      if (error.code === 'unit_already_set') {
        state.picker = null;
        await load();
      }
      refuse(error, save);
    }
  }

  function find(field) {
    const found = main.querySelector('.found');
    found.textContent = '';
    found.append(...foundUnits(state.units, field.value));
  }

  return { unit, pick, find, 'save-unit': save };
}

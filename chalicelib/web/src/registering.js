/** The choice of a unit: see later.js about `page`. */

export function registering({ state, main, say, show, refuse, load, data }) {
  async function unit() {
    try {
      if (!state.units) state.units = (await data('GET', '/api/units')).units;
      state.picker = {};
      show(true);
      main.querySelector('[data-find]').focus();
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

  return { unit, pick, 'save-unit': save };
}

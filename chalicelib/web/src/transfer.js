/** The winner of a transfer asks for the money: gives `receive` of later.js the functions of this page. */
import * as api from './api.js';
import { main, say } from './page.js';
import { go, loadScreens, refuse, show } from './screens.js';
import { state } from './store.js';

function take(claims) {
  state.me = Object.assign({}, state.me, { claims });
}

/** Shows each step and the end; other buttons work meanwhile. */
export async function askForReceipt(claimId) {
  let later;
  try {
    later = await loadScreens();
  } catch (error) {
    return refuse(error, () => askForReceipt(claimId));
  }
  const run = { claimId, step: 'preparing', code: '' };
  const isSeen = () => state.receipt === run && state.screen === 'receipt';
  const own = (claims) => claims.find((claim) => claim.claim_id === claimId);
  state.receipt = run;
  go('receipt', state.screen === 'receipt');
  later.receive({
    isSeen,
    sdk: api.loadSdk,
    ask: async () => {
      const asked = await api.askReceipt(claimId);
      take(state.me.claims.map((claim) => (claim.claim_id === claimId ? asked : claim)));
      return asked;
    },
    look: async () => {
      const claims = await api.loadClaims();
      // Another person has signed in on this phone.
      if (!own(claims)) throw new api.ApiError('not_found', '', 404);
      take(claims);
      return own(claims);
    },
    tell: (step, error) => {
      Object.assign(run, { step, code: error ? error.code : '' });
      if (!isSeen()) return;
      show(true);
      say(main.querySelector('.lead h2').textContent);
    },
  });
}

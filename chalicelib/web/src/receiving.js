/** The winner of a transfer asks for the money: gives transfer.js the functions of the page. See part.js about `page`. */
import { receive as lead } from './transfer.js';
import { wait } from './wait.js';
import { knowsReceipts, openReceipt } from './wechat-receipt.js';

/** Shows each step and the end; other buttons work meanwhile. */
export const receiving = ({ state, main, say, go, show, data, sdk }) => ({
  receive: (pressed) => {
    const claimId = pressed.dataset.claim;
    const run = { claimId, step: 'preparing', code: '' };
    const isSeen = () => state.receipt === run && state.screen === 'receipt';
    const own = (claims) => claims.find((claim) => claim.claim_id === claimId);
    const take = (claims) => { state.me = Object.assign({}, state.me, { claims }); };
    state.receipt = run;
    go('receipt', state.screen === 'receipt');
    lead({
      isSeen, wait, agent: navigator.userAgent, isBridged: Boolean(window.WeixinJSBridge), open: openReceipt,
      prepare: async () => knowsReceipts((await sdk()).sdk),
      ask: async () => {
        const asked = await data('POST', '/api/claims/' + encodeURIComponent(claimId) + '/receipt', {});
        take(state.me.claims.map((claim) => (claim.claim_id === claimId ? asked : claim)));
        return asked;
      },
      look: async () => {
        const { claims } = await data('GET', '/api/claims');
        // Another person has signed in on this phone.
        if (!own(claims)) throw { code: 'not_found' };
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
  },
});

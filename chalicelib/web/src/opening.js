/** The actions around a packet: see part.js about `page`. */
import { calm } from './dom.js';
import { afterClaim, yuan } from './logic/claims.js';
import { wait } from './wait.js';

const COIN_MS = 1100;

export function opening({ state, main, say, go, goLater, show, refuse, data }) {
  function claim() {
    const own = state.screen === 'result' && state.result.quiz.attempt_id;
    const { claimable } = state.me;
    if (own && state.packet && state.packet.claim && state.packet.attemptId === own) state.packet.fresh = false;
    else state.packet = { attemptId: claimable.includes(own) ? own : claimable[0] };
    return goLater('packet');
  }

  async function open() {
    const { packet } = state;
    // Asked again from the screen to which "back" has led meanwhile.
    if (state.screen !== 'packet') go('packet');
    main.querySelector('.coin').classList.add('spin');
    say('正在拆红包');
    const spun = wait(calm() ? 0 : COIN_MS);
    try {
      const made = await data('POST', '/api/claims', { attempt_id: packet.attemptId });
      await spun;
      state.me = afterClaim(state.me, packet.attemptId, made);
      state.packet = { attemptId: packet.attemptId, claim: made, fresh: true };
      state.problem = null;
      // A pause that refused an earlier try is over.
      state.contest.paused = false;
      show();
      say('恭喜您获得 ' + yuan(made.amount_fen) + ' 元红包');
    } catch (error) {
      refuse(error, open);
    }
  }

  return { claim, open };
}

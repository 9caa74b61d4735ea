/** The actions around a packet: see part.js about `page`. */
import { countUp } from './count-up.js';
import { calm } from './dom.js';
import { afterClaim, yuan } from './logic/claims.js';
import { lookAgain } from './looking.js';
import { nextLook } from './views/packet.js';
import { wait } from './wait.js';

/** From the answer to the slip: the coin comes to rest. */
const REST_MS = 250;
const BUZZ_MS = 20;

export function opening(page) {
  const { state, main, say, go, goLater, show, refuse, data } = page;

  function claim() {
    const own = state.screen === 'result' && state.result.quiz.attempt_id;
    const { claimable } = state.me;
    const isOpened = own && state.packet && state.packet.claim && state.packet.attemptId === own;
    if (!isOpened) state.packet = { attemptId: claimable.includes(own) ? own : claimable[0] };
    return goLater('packet');
  }

  async function open() {
    const { packet } = state;
    // Asked again from the screen to which "back" has led meanwhile.
    if (state.screen !== 'packet') go('packet');
    main.querySelector('.coin').classList.add('spin');
    main.querySelector('.hint').textContent = '正在拆红包…';
    say('正在拆红包');
    try {
      const made = await data('POST', '/api/claims', { attempt_id: packet.attemptId });
      if (!calm()) await wait(REST_MS);
      reveal(packet.attemptId, made);
    } catch (error) {
      refuse(error, open);
    }
  }

  function reveal(attemptId, made) {
    state.me = afterClaim(state.me, attemptId, made);
    state.packet = { attemptId, claim: made, fresh: true, openedAt: Date.now(), looks: 0 };
    state.problem = null;
    // A pause that refused an earlier try is over.
    state.contest.paused = false;
    show();
    state.packet.fresh = false;
    say('恭喜您获得 ' + yuan(made.amount_fen) + ' 元红包');
    if (state.screen !== 'packet') return;
    if (navigator.vibrate) navigator.vibrate(BUZZ_MS);
    if (!calm()) countUp(main.querySelector('.amount span'), made.amount_fen);
  }

  function payout(timed) {
    if (!document.hidden) state.packet.looks += 1;
    return lookAgain(page, timed, nextLook(state.packet) || Infinity);
  }

  return { claim, open, payout };
}

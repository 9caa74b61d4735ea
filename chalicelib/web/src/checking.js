/** Checks the published proof on the phone: see part.js about `page`. */
import { committedText, count, findings, newTally } from './logic/proof.js';
import { notedCommitment } from './noted.js';
import { wait } from './wait.js';

const CHUNK = 4000;
/** The proof of a large contest takes long on a slow network. */
const PATIENCE_MS = 180000;

/** `state.got.proof` is the check: its `step`, and in the end its `facts`. Other buttons work meanwhile. */
export function checking({ state, main, say, show, data }) {
  async function check(run) {
    const tell = (step, more) => {
      Object.assign(run, { step }, more);
      if (state.screen !== 'proof') return;
      show(true);
      say(main.querySelector('[data-step]').textContent);
    };
    try {
      tell('loading');
      const proof = await data('GET', '/api/proof', null, PATIENCE_MS);
      tell('checking');
      tell('done', await examine(proof, (percent) => {
        const shown = main.querySelector('[data-percent]');
        if (shown) shown.textContent = percent + '%';
      }));
    } catch (error) {
      tell({ not_found: 'unpublished', network: 'lost', try_again: 'lost', too_many_requests: 'lost' }[error.code] || 'unreadable');
    }
  }

  async function examine(proof, tell) {
    const { contest, me } = state;
    const { amounts, claims } = proof;
    const tally = newTally();
    for (let at = 0; at < claims.length; at += CHUNK) {
      count(tally, claims.slice(at, at + CHUNK), amounts);
      tell(Math.floor((100 * at) / claims.length));
      await wait(0);
    }
    const digest = await sha256(committedText(proof));
    const facts = findings(proof, tally, { contest, digest, noted: notedCommitment(contest), claims: me ? me.claims : [] });
    return { facts, claims: tally.packets.size, fen: tally.fen };
  }

  return {
    'check-proof': () => {
      const run = { step: 'loading' };
      state.got.proof = run;
      check(run);
    },
  };
}

/** In hexadecimal; empty where the browser cannot compute it, as on a page without https. */
async function sha256(text) {
  if (!window.crypto || !crypto.subtle || !window.TextEncoder) return '';
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

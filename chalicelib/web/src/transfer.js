/** Takes a winner through the receipt of a transfer. Gets all data as arguments: see part.js. */
import { AFTER_SHEET, BEFORE_SHEET, isDecided, isReady, obstacle, outcome, patience, sheetOutcome } from './logic/receipts.js';

const ASKS = 3;
/** Milliseconds until the same claim may be asked for again, unless the server gives a time. */
const ASK_AGAIN = 5000;

/** Calls `tell(step, error?)` at each step and at the end; raises nothing. The arguments are the phone's `agent` and
 *  `isBridged`, `prepare()` (prepares WeChat; returns whether it supports receipts), `ask()` and `look()` (both return
 *  the claim), `open(receipt)` (opens WeChat's sheet; returns its answer), `isSeen()` (whether the page is visible), and
 *  `wait(milliseconds)`. */
export async function receive(tools) {
  try {
    tools.tell(await lead(tools));
  } catch (error) {
    if (error.code !== 'nothing_to_receive') tools.tell('error', error);
    else tools.look().then(() => tools.tell('settled'), (lost) => tools.tell('error', lost));
  }
}

async function lead(tools) {
  const hindered = obstacle(tools.agent, tools.isBridged);
  if (hindered) return hindered;
  tools.tell('preparing');
  if (!(await tools.prepare())) return 'old';
  const claim = await readyClaim(tools);
  if (!claim.receipt) return outcome(claim, 'late');
  // No sheet opens while the winner is on another page.
  if (!tools.isSeen()) return 'ready';
  tools.tell('sheet');
  const seen = sheetOutcome(await tools.open(claim.receipt));
  tools.tell('checking');
  // HarmonyOS answers "ok" for a cancelled sheet, so the server is always asked for the outcome.
  const pauses = seen === 'shown' ? AFTER_SHEET : AFTER_SHEET.slice(0, 1);
  return outcome(await watch(tools, pauses, isDecided), seen);
}

/** Asks for the receipt and waits for it; returns the last known claim. */
async function readyClaim(tools) {
  for (let asked = 1; ; asked += 1) {
    try {
      const claim = await tools.ask();
      if (isReady(claim)) return claim;
      break;
    } catch (error) {
      // An earlier tap counts, even if its answer was lost: its receipt may have come.
      if (error.code !== 'too_many_requests' || asked === ASKS) throw error;
      const claim = await watch(tools, [error.retryAfter || ASK_AGAIN], isReady);
      if (isReady(claim)) return claim;
    }
  }
  tools.tell('waiting');
  return watch(tools, BEFORE_SHEET, isReady);
}

/** Queries after each pause until the claim `isDone`; returns the last known claim. Raises if the last query got no
 *  answer. */
async function watch(tools, pauses, isDone) {
  let claim = null;
  let failure = null;
  for (const pause of pauses) {
    await tools.wait(patience(pause, Math.random(), failure && failure.retryAfter));
    try {
      claim = await tools.look();
      failure = null;
      if (isDone(claim)) return claim;
    } catch (error) {
      if (error.code === 'not_signed_in') throw error;
      failure = error;
    }
  }
  if (failure) throw failure;
  return claim;
}

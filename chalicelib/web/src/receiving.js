/** Leads a winner through the receipt of a transfer. Works on what it is handed: see later.js. */
import { AFTER_SHEET, BEFORE_SHEET, isDecided, isReady, obstacle, outcome, patience, sheetOutcome } from './logic/receipts.js';

const ASKS = 3;
/** Milliseconds until the same claim may be asked for again, unless the server says how long. */
const ASK_AGAIN = 5000;

/** Tells `tell(step, error?)` each step and at last how it ended; raises nothing. Handed over are the phone's `agent`
 *  and `isBridged`, `prepare()` (readies WeChat, and says whether it knows receipts), `ask()` and `look()` (both: the
 *  claim), `open(receipt)` (WeChat's sheet, and what it said), `isSeen()` (whether the winner is still here), and
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
  // Nobody is surprised by a sheet who has gone elsewhere.
  if (!tools.isSeen()) return 'ready';
  tools.tell('sheet');
  const seen = sheetOutcome(await tools.open(claim.receipt));
  tools.tell('checking');
  // HarmonyOS says "ok" of a sheet that was cancelled: what happened is asked for, whatever WeChat said.
  const pauses = seen === 'shown' ? AFTER_SHEET : AFTER_SHEET.slice(0, 1);
  return outcome(await watch(tools, pauses, isDecided), seen);
}

/** Asks for the receipt and waits for it; returns the claim as it was last seen. */
async function readyClaim(tools) {
  for (let asked = 1; ; asked += 1) {
    try {
      const claim = await tools.ask();
      if (isReady(claim)) return claim;
      break;
    } catch (error) {
      // A tap whose answer was lost, or one of a moment ago, counts: its receipt may be there.
      if (error.code !== 'too_many_requests' || asked === ASKS) throw error;
      const claim = await watch(tools, [error.retryAfter || ASK_AGAIN], isReady);
      if (isReady(claim)) return claim;
    }
  }
  tools.tell('waiting');
  return watch(tools, BEFORE_SHEET, isReady);
}

/** Looks after each pause until the claim `isDone`; returns the last one seen. Raises when not even the last look
 *  was answered. */
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

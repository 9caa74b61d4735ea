/** The part with the way from the first question to the money. See part.js about parts. */
import { answering } from './answering.js';
import { keptResults } from './kept-results.js';
import { opening } from './opening.js';
import { addStyle } from './part.js';
import { receiving } from './receiving.js';
import { packet } from './views/packet.js';
import { question } from './views/question.js';
import { receipt } from './views/receipt.js';
import { result } from './views/result.js';

addStyle(PART_STYLE);

export const views = { packet, question, receipt, result };

/** After a reload the newest result is shown again. */
export const wake = (state) => { state.result = state.result || keptResults(state)[0]; };

export const actions = (page) => Object.assign({}, answering(page), opening(page), receiving(page));

/** The state of a payout, told apart by colour and sign. */
import { h } from '../dom.js';

const SIGNS = { way: '…', act: '¥', good: '✓', bad: '!', off: '×' };

/** `kind`: see logic/claims.js. */
export const statusTag = (label, kind) => h('span.tag.' + kind, h('i', { 'aria-hidden': 'true' }, SIGNS[kind]), label);

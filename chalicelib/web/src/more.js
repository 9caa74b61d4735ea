/** The part with all that is not needed to play. See part.js about parts. */
import { addStyle } from './part.js';
import { registering } from './registering.js';
import { sharing } from './sharing.js';
import { privacy } from './views/privacy.js';
import { record } from './views/record.js';
import { rules } from './views/rules.js';
import { share } from './views/share.js';

addStyle(PART_STYLE);

export const views = { privacy, record, rules, share };

export const actions = (page) => Object.assign({}, registering(page), sharing(page));

/** What these screens show: the address of a public answer, which `state.got` then has under the screen's name. */
export const needs = { privacy: '/api/contest', rules: '/api/contest' };

/** The part with all that is not needed to play. See part.js about parts. */
import { checking } from './checking.js';
import { copying } from './copying.js';
import { following } from './following.js';
import { learning } from './learning.js';
import { lookAgain } from './looking.js';
import { signInMessage } from './logic/refusals.js';
import { addStyle } from './part.js';
import { ranks } from './ranks.js';
import { registering } from './registering.js';
import { sharing } from './sharing.js';
import { follow } from './views/follow.js';
import { bank, learn } from './views/learn.js';
import { outside } from './views/outside.js';
import { privacy } from './views/privacy.js';
import { proof } from './views/proof.js';
import { ranking } from './views/ranking.js';
import { record } from './views/record.js';
import { certificate, mistakes } from './views/results.js';
import { rules } from './views/rules.js';
import { share } from './views/share.js';
import { units } from './views/units.js';

addStyle(PART_STYLE);

export const views = { bank, certificate, follow, learn, mistakes, outside, privacy, proof, ranking, record, rules, share, units };

export const actions = (page) => Object.assign({ payouts: (timed) => lookAgain(page, timed) }, checking(page), copying(page), following(page),
  learning(page), ranks(page), registering(page), sharing(page));

/** What these screens show: the address of a public answer, which `state.got` then has under the screen's name. */
export const needs = { bank: '/api/lessons', learn: '/api/lessons', privacy: '/api/contest', ranking: '/api/ranking', rules: '/api/contest',
  units: '/api/units' };

export { signInMessage };

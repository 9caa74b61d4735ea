/** The rules, and the prizes' commitment. */
import { button, card, h, list, section } from '../dom.js';
import { bar, organisers, prizes, row, steps, tabs } from './frame.js';

export function rules(state) {
  const { commitment } = state.contest;
  const { rules: texts } = state.got.rules;
  return [bar('活动规则'), h('div.sheet', texts ? card(list('ol', texts)) : null, steps(state), prizes(state),
    commitment ? section('公平承诺', h('p.dim', '红包金额开赛前已锁定，以下摘要供事后核对：'), h('code', commitment), button('proof', '结束后如何核对', 'line')) : null,
    row('有疑问？', 'privacy', '联系主办方')),
  organisers(state), tabs(state)];
}

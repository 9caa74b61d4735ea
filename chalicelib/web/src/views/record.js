/** The participant's record. */
import { button, card, h, section } from '../dom.js';
import { chanceSources, mayJoin } from '../logic/contest.js';
import { rankOf } from '../logic/ranking.js';
import { claimRows } from './claim-rows.js';
import { bar, figures, problem, tabs } from './frame.js';
import { resultRows } from './results.js';

export function record(state, now) {
  const { contest, me } = state;
  return [bar('我的记录'), h('div.sheet', problem(state), card(figures(me), h('p.dim.center', chanceSources(me))),
    section('我的红包', me.claims.length ? claimRows(state, now) : h('p.dim', contest.prizes === 'none' ? '没有开到红包。红包已全部领完。' : '还没有红包，答题达标后就能开。')),
    resultRows(state),
    section('我的单位', ...unit(state, now)),
    card(h('p.row', '字太小？', button('large', '大字 / 标准', 'small')))), tabs(state)];
}

function unit({ contest, me, got }, now) {
  const mine = me.unit ? h('p.unit', { 'data-unit': me.unit }, me.unit) : h('p.dim', '没有登记单位。');
  const rank = got.ranking && rankOf(got.ranking, me.unit);
  return [...(mayJoin(contest, me, now) ? [h('p.dim', '代表单位参加的，请登记一次，之后不能更改。'), button('units', '登记我的单位', 'line')] : [mine]),
    contest.ranking && button('ranking', '看单位参与榜' + (rank ? '，我的单位第 ' + rank : ''), 'text')];
}

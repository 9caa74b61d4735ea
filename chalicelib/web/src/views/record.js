/** The participant's record, and the choice of their unit. */
import { button, card, h, section } from '../dom.js';
import { chanceSources, matchUnits } from '../logic/contest.js';
import { claimRows } from './claim-rows.js';
import { bar, figures, problem, tabs } from './frame.js';
import { resultRows } from './results.js';

export function record(state, now) {
  const { contest, me } = state;
  return [bar('我的记录'), h('div.sheet', problem(state), card(figures(me), h('p.dim.center', chanceSources(me))),
    section('我的红包', me.claims.length ? claimRows(state, now) : h('p.dim', contest.prizes === 'none' ? '没有开到红包。红包已全部领完。' : '还没有红包，答题达标后就能开。')),
    resultRows(state),
    section('我的单位', ...unit(state)),
    card(h('p.row', '字太小？', button('large', '大字 / 标准', 'small')))), tabs(state)];
}

function unit({ me, picker, units }) {
  if (me.unit) return [h('p.unit', { 'data-unit': me.unit }, me.unit)];
  if (!picker) return [h('p.dim', '代表单位参加的，请登记一次，之后不能更改。'), button('unit', '选择单位', 'line')];
  if (picker.name) {
    return [h('p', '登记为“', h('b', picker.name), '”？确定后不能更改。'),
      button('save-unit', '确定'), button('unit', '重新选择', 'line')];
  }
  const field = h('input', { type: 'search', id: 'find', autocomplete: 'off', placeholder: '输入单位名称查找', 'data-input': 'find' });
  return [h('label.sr', { for: 'find' }, '单位名称'), field, h('div.found', foundUnits(units, ''))];
}

export function foundUnits(units, typed) {
  const names = matchUnits(units, typed);
  return names.length ? names.map((name) => button('pick', name, 'pick', { 'data-unit': name }))
    : [h('p.dim', '没有找到，换个关键字试试')];
}

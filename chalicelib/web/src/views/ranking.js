/** The public ranking of units. */
import { button, h } from '../dom.js';
import { countedText, finalText, hasShares, rankRows } from '../logic/ranking.js';
import { bar, problem, tabs } from './frame.js';

export function ranking(state, now) {
  const { got: { ranking: found }, contest, me } = state;
  const by = (hasShares(found) && state.rankedBy) || 'people';
  const rows = rankRows(found, by, me && me.unit);
  const own = rows.find((row) => row.own);
  return [bar('单位参与榜'), h('div.sheet', problem(state), h('section.card',
    h('p.row', h('span.dim', { role: 'status' }, countedText(found, contest, now)), button('ranking', '刷新', 'small')),
    h('p', '共 ' + found.total + ' 人参加' + finalText(found)),
    own && h('p.place', '我的单位第 ', h('b', own.rank), ' 名 · ' + own.people + ' 人' + (own.share && '，占 ' + own.share)),
    hasShares(found) && h('p.ways', { role: 'group', 'aria-label': '排名方式' }, way('people', '按人数', by), way('share', '按占比', by)),
    by === 'share' && h('p.dim', '占比是参加人数占单位人数的比例，只排报了人数的单位。'),
    rows.length ? h('ul.ranks', rows.map((row) => one(row, by))) : h('p.center', '还没有单位参加'))), tabs(state)];
}

const way = (by, label, chosen) =>
  button('rank-by', label, 'small', { 'data-by': by, 'aria-pressed': String(by === chosen) });

function one({ name, rank, people, share, part, own }, by) {
  const meter = h('i');
  meter.style.width = 100 * part + '%';
  const counted = people + ' 人';
  return h('li', own ? { 'data-own': '' } : {}, h('b', { 'data-rank': rank }, rank),
    h('div', h('span', name, own && h('small', '我的单位')), h('div.part', { 'aria-hidden': 'true' }, meter)),
    h('span.counted', by === 'share' ? share : counted, share && h('small', by === 'share' ? counted : share)));
}

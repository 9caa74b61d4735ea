import assert from 'node:assert/strict';
import test from 'node:test';
import { countedText, finalText, hasShares, percent, rankOf, rankRows } from '../../chalicelib/web/src/logic/ranking.js';

const unit = (name, people, rank, headcount = null, shareRank = null) => ({ name, people, headcount, rank, share_rank: shareRank });
const some = { units: [unit('甲', 50, 1, 200, 2), unit('乙', 5, 2, 10, 1), unit('丙', 5, 2), unit('丁', 0, 4, 9, 3)] };
const rows = (...given) => rankRows(...given).map(({ name, rank, share, own }) => [name, rank, share, own]);

test('units with participants are shown, ties with the same rank, the own one always', () => {
  assert.deepEqual(rows(some, 'people', '丙'), [['甲', 1, '25%', false], ['乙', 2, '50%', false], ['丙', 2, '', true]]);
  assert.deepEqual(rows(some, 'people', '丁').slice(-1), [['丁', 4, '0%', true]]);
  assert.deepEqual(rows(some, 'share', '丙'), [['乙', 1, '50%', false], ['甲', 2, '25%', false]]);
  assert.deepEqual(rankRows(some, 'people', null).map((row) => row.part), [1, 0.1, 0.1]);
});

test('twenty are shown, and the own one beyond them', () => {
  const many = { units: Array.from({ length: 30 }, (none, at) => unit('u' + at, 100 - at, at + 1)) };
  assert.equal(rankRows(many, 'people', null).length, 20);
  assert.equal(rankRows(many, 'people', 'u7').length, 20);
  const own = rankRows(many, 'people', 'u27');
  assert.deepEqual([own.length, own[20].rank, own[20].own], [21, 28, true]);
  assert.deepEqual([rankOf(many, 'u27'), rankOf(many, 'gone')], [28, null]);
});

test('shares are rounded down, and there is no ranking by them where no staff is known', () => {
  assert.deepEqual([percent(1, 3), percent(2, 3), percent(1, 8), percent(12, 10)], ['33.3%', '66.6%', '12.5%', '120%']);
  assert.ok(hasShares(some) && !hasShares({ units: [unit('丙', 5, 1)] }));
});

test('nobody yet', () => {
  assert.deepEqual(rankRows({ units: [unit('甲', 0, 1), unit('乙', 0, 1)] }, 'people', null), []);
  assert.equal(rankRows({ units: [unit('甲', 0, 1)] }, 'people', '甲')[0].part, 0);
});

test('the whole contest is told once it was counted', () => {
  assert.equal(finalText({ final: null }), '');
  const final = { attempts: 345678, packets: 80000, claimed_fen: 20000050 };
  assert.equal(finalText({ final }), '，答题 345,678 人次，开出红包 80,000 个，合计 ¥200,000.50');
});

test('the count says how old it is, and after the closing whether it is final', () => {
  const contest = { closes_at: '2020-07-15T00:00:00+08:00' };
  const said = (at, now) => countedText({ updated_at: at }, contest, Date.parse(now));
  assert.equal(said(null, '2020-07-08T00:00:00+08:00'), '还没有统计，请稍后再看');
  assert.equal(said('2020-07-08T12:00:00+08:00', '2020-07-08T12:00:59+08:00'), '刚刚更新');
  assert.equal(said('2020-07-08T12:00:00+08:00', '2020-07-08T11:59:00+08:00'), '刚刚更新');
  assert.equal(said('2020-07-08T12:00:00+08:00', '2020-07-08T12:59:59+08:00'), '59 分钟前更新');
  assert.equal(said('2020-07-08T12:00:00+08:00', '2020-07-08T13:00:00+08:00'), '7月8日 12:00 更新');
  assert.equal(said('2020-07-14T23:59:00+08:00', '2020-07-15T00:00:00+08:00'), '竞答已结束，正在统计最终排名');
  assert.equal(said('2020-07-15T00:00:00+08:00', '2020-07-15T00:01:00+08:00'), '最终排名');
});

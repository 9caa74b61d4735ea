import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { byKind, findUnits } from '../../chalicelib/web/src/logic/units.js';

/** The answer of `/api/units` for the packaged contest. */
const list = { units: [], also: {}, kinds: [] };
const lines = readFileSync(new URL('../../chalicelib/contest.toml', import.meta.url), 'utf8').split('\n');
lines.filter((line) => line.startsWith('  { name = ') && line.includes(' kind = ')).forEach((line) => {
  const [, name] = /name = "(.+?)"/.exec(line);
  const names = /also = (\[.+?\])/.exec(line);
  list.units.push(name);
  if (names) list.also[name] = JSON.parse(names[1]);
});
const found = (typed) => findUnits(list, typed).found.map(({ name }) => name);

test('everyday names, whole names with the place, and pinyin find the unit first', () => {
  assert.equal(list.units.length, 57);
  const means = {
    教育局: '区教体局', 公安局: '公安分局', 洪泽区税务局: '税务局', 洪泽区公安局交警大队: '公安分局', 淮安市洪泽区教育局: '区教体局',
    shuiwu: '税务局', shuiwuju: '税务局', "shui'wu": '税务局', shuiw: '税务局', swj: '税务局', jyj: '区教体局', JYJ: '区教体局', ｊｙｊ: '区教体局',
    shangwu: '区商务局', shangwuju: '区商务局', jiaoyu: '区教体局', gongan: '公安分局', laozishan: '老子山镇', xishunhe: '西顺河镇', sanhe: '三河镇',
    市监局: '区市场监管局', 市场监管: '区市场监管局', 洪泽水利: '区水利局', 洪泽教体局: '区教体局', '蒋 坝': '蒋坝镇', '局 水利': '区水利局', '（税务局）': '税务局',
    卫健: '区卫健委', 消防: '消防支队', 电信: '洪泽电信公司', 供电局: '洪泽供电公司',
  };
  Object.keys(means).forEach((typed) => assert.equal(found(typed)[0], means[typed], typed));
});

test('every name and every everyday name of the contest file leads to its unit first', () => {
  list.units.forEach((name) => [name].concat(list.also[name] || []).forEach((word) => {
    assert.equal(found(word)[0], name, word);
    assert.equal(found(' ' + word.toUpperCase())[0], name, word);
  }));
});

test('the same name comes before one that begins with the text, and that before one that contains it', () => {
  const some = { units: ['区水利局', '水利局管理所', '水利局', '局水利'], also: { 局水利: ['甲水利局'] } };
  assert.deepEqual(findUnits(some, '水利局').found.map(({ name }) => name), ['水利局', '水利局管理所', '区水利局', '局水利']);
});

test('the everyday name that led to a unit is told, abbreviations are not', () => {
  const as = (typed) => findUnits(list, typed).found[0].as;
  assert.deepEqual(['教育局', '教体', 'jyj', '国税'].map(as), ['教育局', '', '', '国税局']);
});

test('a text that no unit has brings those that resemble it, or none', () => {
  assert.deepEqual(findUnits(list, '洪泽水利所'), { found: findUnits(list, '洪泽水利所').found, sure: false });
  assert.deepEqual(found('洪泽水利所'), ['区水利局']);
  assert.deepEqual(found('甲乙丙丁'), []);
  ['zzz', '!', '局'.repeat(50), '[', '\\', '(', 'v', '𠀀'].forEach((typed) => assert.ok(Array.isArray(found(typed)), typed));
});

test('nothing typed finds all, also without everyday names and kinds, as an earlier server sends them', () => {
  assert.deepEqual(found('  '), list.units);
  assert.deepEqual(findUnits({ units: ['甲'] }, '甲').found[0].name, '甲');
  const kinds = (given) => byKind(given).map(({ kind, label, names }) => [kind, label, names.join('')]);
  assert.deepEqual(kinds({ units: ['甲'] }), [['', '', '甲']]);
  assert.deepEqual(kinds({ kinds: [{ name: 'town', units: ['甲'] }, { name: '学校', units: ['乙', '丙'] }, { name: 'zone', units: ['丁'] }] }),
    [['学校', '学校', '乙丙'], ['town', '街道、镇', '甲'], ['zone', '园区', '丁']]);
});

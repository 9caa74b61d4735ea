import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { committedText, count, findings, newTally, sizeText } from '../../chalicelib/web/src/logic/proof.js';

/** Made by the domain's code: see tests/domain/test_proof.py. */
const read = () => JSON.parse(readFileSync(new URL('../vectors/proof.json', import.meta.url), 'utf8'));
const hash = (proof) => createHash('sha256').update(committedText(proof)).digest('hex');
const contest = Object.assign({ commitment: read().commitment }, read().rules);
const own = { claim_id: 'claim-o2', number: 2, amount_fen: read().amounts[2] };

function check(change, given) {
  const proof = read();
  if (change) change(proof);
  const tally = newTally();
  const half = Math.ceil(proof.claims.length / 2);
  [proof.claims.slice(0, half), proof.claims.slice(half)].forEach((lines) => count(tally, lines, proof.amounts));
  const facts = findings(proof, tally, { contest, digest: hash(proof), noted: null, claims: [own], ...given });
  return { tally, facts, wrong: facts.filter(({ ok }) => ok === false).map(({ text }) => text) };
}

test('the page computes the commitment that the domain published', () => {
  assert.equal(hash(read()), read().commitment);
});

test('a true proof has no fault, and a packet that was put back is handed out once', () => {
  const { tally, facts, wrong } = check();
  assert.deepEqual(wrong, []);
  assert.ok(facts.every(({ ok }) => ok));
  assert.deepEqual([tally.ids.size, tally.packets.size], [3, 2]);
  assert.equal(tally.fen, read().amounts[0] + read().amounts[2]);
  assert.match(facts[facts.length - 1].text, /编号 2 ¥\d\.\d\d 在清单里/);
});

test('every change is found', () => {
  const time = ',2020-07-09T04:00:00.000+00:00';
  const found = (change, told) => assert.ok(check(change).wrong.some((text) => text.includes(told)), told);
  found((p) => { p.amounts[0] += 1; p.amounts[1] -= 1; }, '摘要，与公布的不同');
  found((p) => { p.salt = 'other'; }, '摘要，与公布的不同');
  found((p) => { p.amounts[0] += 1; }, '合计 ¥9.01，与公布的不同');
  found((p) => { p.amounts = [300, 600]; }, '共 2 个红包');
  found((p) => { p.amounts = [200, 100, 600]; }, '有红包不在 ¥1 到 ¥5 之间');
  found((p) => { p.claims.push(p.claims[0]); }, '领取 claim-o1 与它的红包不符');
  found((p) => { p.claims.push(p.claims[0].replace('o1', 'o9')); }, '领取 claim-o9');
  found((p) => { p.claims.push('claim-o9,1,100000' + time); }, '领取 claim-o9');
  found((p) => { p.claims.push('claim-o9,-3,' + p.amounts[0] + time); }, '领取 claim-o9');
  found((p) => { p.claims = p.claims.slice(0, 1); }, '编号 2');
});

test('the commitment that the phone noted earlier must be the same', () => {
  const noted = (commitment) => check(null, { noted: { commitment, at: Date.parse('2020-07-09T00:00:00Z') } }).facts[4];
  assert.deepEqual(noted(read().commitment), { ok: true, text: '您的手机 7月9日 08:00 记下的摘要，与公布的相同' });
  assert.equal(noted('other').ok, false);
});

test('a phone that cannot compute the digest leaves that open', () => {
  const { facts, wrong } = check(null, { digest: '', claims: [Object.assign({}, own, { number: -1 })] });
  assert.deepEqual(wrong, []);
  assert.equal(facts[0].ok, null);
  assert.equal(facts.length, 4);
});

test('the size is told before it is loaded', () => {
  assert.deepEqual([60, 80000].map(sizeText), ['约 0.1 MB', '约 2.7 MB']);
});

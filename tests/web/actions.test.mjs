import assert from 'node:assert/strict';
import test from 'node:test';
import { answering } from '../../chalicelib/web/src/answering.js';
import { data } from '../../chalicelib/web/src/api.js';
import { keepResult, keptResults } from '../../chalicelib/web/src/kept-results.js';
import { loadPart } from '../../chalicelib/web/src/load-part.js';
import { registering } from '../../chalicelib/web/src/registering.js';

const CONTEST = { contest_id: '2026', opens_at: null, closes_at: null, attempt_minutes: 30, min_seconds: 0 };
const nothing = () => {};

test('a submission whose page is closed before the answer can be asked for again', () => {
  const quiz = { attempt_id: 'a', attempt: 'sealed', answers: { q1: 'x' }, expires_at: '2099-01-01T00:00:00Z', sent: false };
  const kept = [];
  const state = { quiz, contest: CONTEST, me: { person: 'me' } };
  const { submit } = answering({ state, say: nothing, now: () => Date.parse('2098-12-31T23:59:00Z'), keep: (one) => kept.push(one), data: () => new Promise(nothing) });
  submit();
  assert.deepEqual(kept, [{ ...quiz, sent: true }]);
});

test('a repeat registers the unit that was confirmed, and none after another look', async () => {
  const asked = [];
  const refused = [];
  const state = { finding: { name: 'one' }, screen: 'units', problem: null };
  const actions = registering({
    state, show: nothing, data: async (method, path, body) => { asked.push(body.unit); throw { code: 'try_again' }; },
    refuse: (error, again) => { refused.push(again); state.problem = { again }; },
  });
  await actions['save-unit']();
  actions.units();
  assert.equal(state.problem, null);
  actions.pick({ dataset: { unit: 'other' } });
  await refused[0]();
  assert.deepEqual(asked, ['one', 'one']);
});

test('results are shown to the person alone', () => {
  globalThis.localStorage = { getItem: (key) => localStorage[key] || null, setItem: (key, value) => { localStorage[key] = value; } };
  const as = (person) => ({ contest: CONTEST, me: person && { person } });
  keepResult(as('me'), { quiz: { attempt_id: 'a', questions: [] }, graded: { score: 9 } }, 1);
  assert.deepEqual([as('me'), as('other'), as(null)].map((state) => keptResults(state).length), [1, 0, 0]);
});

test('a part that does not come is given up, so that other taps work', async ({ mock: { timers } }) => {
  timers.enable({ apis: ['setTimeout'] });
  globalThis.PARTS = { quiz: 'data:text/javascript,await new Promise(() => {})//' };
  const asked = assert.rejects(loadPart('quiz'), { code: 'network' });
  timers.tick(15000);
  await asked;
});

test('phones that were refused in the same second do not repeat in the same second', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const asked = [];
  globalThis.window = {};
  globalThis.fetch = async (path) => {
    asked.push(path);
    return asked.length === 1
      ? new Response('{"error":{"code":"try_again","message":"稍等"}}', { status: 503, headers: { 'Retry-After': '2' } })
      : new Response('{}');
  };
  t.mock.method(Math, 'random', () => 0.5);
  const answer = data('GET', '/api/claims');
  const pass = async (milliseconds) => {
    await new Promise((done) => setImmediate(done));
    t.mock.timers.tick(milliseconds);
    await new Promise((done) => setImmediate(done));
  };
  await pass(0);
  await pass(2999);
  assert.equal(asked.length, 1);
  await pass(1);
  assert.equal(asked.length, 2);
  await answer;
});

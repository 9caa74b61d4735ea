import assert from 'node:assert/strict';
import test from 'node:test';
import { following } from '../../chalicelib/web/src/following.js';

const OPEN = { phase: 'open', opens_at: null, closes_at: null };

const element = () => ({ textContent: '', append(...inside) { inside.forEach((one) => { this.textContent += one.textContent || one; }); } });

/** A page on the screen `follow`. `follows`: at which look WeChat's message has arrived; 0 is never. */
function page({ follows = 0, contest = OPEN } = {}) {
  globalThis.document = { hidden: false, createElement: element };
  const seen = { looks: [], said: [], home: 0, told: element() };
  const state = { contest, me: { subscribed: false }, loadedAt: -60000, screen: 'follow', problem: null };
  const began = Date.now();
  const load = async () => {
    seen.looks.push(Date.now() - began);
    if (seen.looks.length === follows) state.me = { subscribed: true };
  };
  const actions = following({
    state, load, now: () => 0, say: (text) => seen.said.push(text), goHome: () => { seen.home += 1; },
    main: { querySelector: () => (state.screen === 'follow' ? seen.told : null) },
  });
  return { actions, seen, state };
}

/** Lets the time pass, and what waits for it happen. */
async function pass(timers, milliseconds) {
  for (let at = 0; at < milliseconds; at += 500) {
    timers.tick(500);
    await new Promise((done) => setImmediate(done));
  }
}

const start = ({ mock: { timers } }) => {
  timers.enable({ apis: ['setTimeout', 'Date'], now: 1e12 });
  return timers;
};

test('after the return it looks at once, then after 2, 5 and 10 seconds, and never says nothing', async (t) => {
  const timers = start(t);
  const { actions, seen } = page();
  actions.look();
  await pass(timers, 500);
  assert.match(seen.told.textContent, /还没有收到关注消息，通常几秒内到达/);
  await pass(timers, 20000);
  assert.deepEqual(seen.looks.map((look) => Math.floor(look / 1000)), [0, 2, 5, 10]);
  assert.match(seen.told.textContent, /通常几秒内到达。已经关注的，请稍后再点下面的按钮/);
  assert.equal(seen.home, 0);
});

test('who follows is at home with a word, once', async (t) => {
  const timers = start(t);
  const { actions, seen, state } = page({ follows: 2 });
  actions.look();
  await pass(timers, 15000);
  assert.deepEqual([seen.looks.length, seen.home, seen.said], [2, 1, ['已关注，可以答题了']]);
  assert.equal(state.news, '已关注，可以答题了');
});

test('in a pause nobody is told to answer', async (t) => {
  const timers = start(t);
  const { actions, seen } = page({ follows: 1, contest: Object.assign({ paused: true }, OPEN) });
  actions.look();
  await pass(timers, 500);
  assert.deepEqual([seen.home, seen.said], [1, []]);
});

test('leaving the screen, hiding the page or a second return ends the first looking', async (t) => {
  const timers = start(t);
  const gone = page();
  gone.actions.look();
  await pass(timers, 500);
  gone.state.screen = 'notfollowing';
  await pass(timers, 15000);
  assert.equal(gone.seen.looks.length, 1);
  const hidden = page();
  hidden.actions.look();
  await pass(timers, 500);
  document.hidden = true;
  await pass(timers, 15000);
  assert.equal(hidden.seen.looks.length, 1);
  const twice = page();
  twice.actions.look();
  twice.actions.look();
  await pass(timers, 15000);
  assert.equal(twice.seen.looks.length, 4);
});

test('a page that has just been loaded is not asked for again', async (t) => {
  const timers = start(t);
  const { actions, seen, state } = page();
  state.loadedAt = Date.now();
  actions.look();
  await pass(timers, 500);
  assert.equal(seen.looks.length, 0);
  assert.notEqual(seen.told.textContent, '');
});

/** Following the account: see part.js about `page`. */
import { phrases } from './dom.js';
import { screenFor } from './logic/contest.js';
import { wait } from './wait.js';

/** One after another: at once, then 2, 5 and 10 seconds after the return. */
const PAUSES_MS = [0, 2000, 3000, 5000];
const FRESH_MS = 1000;
const WAITING = '还没有收到关注消息，通常几秒内到达，正在等待…';
const NOT_YET = '还没有收到关注消息，通常几秒内到达。已经关注的，请稍后再点下面的按钮。';

let latest = null;

export function following({ state, main, say, now, goHome, load }) {
  const follows = () => state.me && state.me.subscribed;

  function arrive() {
    if (screenFor(state.contest, state.me, now()) === 'home') {
      state.news = '已关注，可以答题了';
      say(state.news);
    }
    goHome();
  }

  async function watch() {
    const own = latest = {};
    for (let at = 0; at < PAUSES_MS.length; at += 1) {
      await wait(PAUSES_MS[at]);
      if (own !== latest || document.hidden || !main.querySelector('.told')) return;
      if (Date.now() - state.loadedAt > FRESH_MS) await load();
      // Nobody asked for this, so a failure is not shown.
      state.problem = null;
      const told = main.querySelector('.told');
      if (!told) return;
      if (follows()) return arrive();
      told.textContent = '';
      told.append(...phrases(at < PAUSES_MS.length - 1 ? WAITING : NOT_YET));
    }
  }

  return {
    // The person has returned to the page, perhaps from following.
    look: () => (follows() ? arrive() : watch()),
    // Signing in again asks WeChat about them, if the message of their following was lost.
    followed: () => location.assign('/oauth/start?next=' + encodeURIComponent('/#follow')),
  };
}

/** The parts that several screens share. */
import { button, card, h, list, pairs, phrases, section, title } from '../dom.js';
import { POOL, chancesLeft, mayShare, prizeFacts } from '../logic/contest.js';
import { remedy } from '../logic/refusals.js';

const HOMES = ['before', 'closed', 'home', 'notfollowing', 'paused', 'signin'];
const REMEDY = { retry: '重试', restart: '重新抽题', signin: '重新登录', home: '返回首页' };

/** The head of every other screen. */
export const bar = (text) =>
  h('header.bar', button('home', '返回', 'back', { 'aria-label': '返回首页' }), title(text));

export function tabs({ me, screen }) {
  const tab = (action, label, here) =>
    button(action, label, 'tab', here && { 'aria-current': 'page' });
  return h('nav.tabs', { 'aria-label': '页面' },
    tab('home', '首页', screen !== 'record' && screen !== 'rules'),
    me && tab('record', '我的', screen === 'record'),
    tab('rules', '规则', screen === 'rules'));
}

/** The last refusal, with the button that helps. */
export function problem(state) {
  if (!state.problem) return null;
  const { error: { code, message }, at } = state.problem;
  return h('div.problem', { role: 'alert', 'data-code': code }, h('p', message, waiting(at)), !hasOwn(state.screen, code) && remedyButton(code, 'small'));
}

/** When the page asks again by itself. Not read out each second. */
export const waiting = (at) => at > 0 && h('span.dim', { 'aria-hidden': 'true' }, ' 约 ', h('b', { 'data-due': at }), ' 秒后自动重试');

/** Whether the home screen itself has the helpful button. */
const hasOwn = (screen, code) =>
  HOMES.includes(screen) && (['home', 'restart'].includes(remedy(code)) || (screen === 'paused' && code === 'contest_paused'));

export function remedyButton(code, style) {
  const action = remedy(code);
  return button(action, REMEDY[action], style);
}

/** What has changed since the phone was last used. */
export const news = (state) => state.news && card(h('p.pool', state.news));

/** Who handles which data, why and until when: beside the first button of the first view. */
export const notice = ({ contest: { privacy } }) =>
  privacy && h('p.org', privacy, button('privacy', '隐私与联系', 'text'));

export const steps = ({ contest: { how } }) => how.length > 0 && section('如何参加', list('ol', how));

export function prizes({ contest }) {
  const facts = prizeFacts(contest);
  return section('奖项设置', facts.length ? pairs(facts) : null,
    h('p.dim', contest.prizes === 'none' ? POOL.none : '现金红包，金额随机，发完为止。'));
}

export function organisers({ contest }) {
  const rows = contest.organisers || [];
  return h('footer.org', rows.map((row) => h('p', phrases(row.role + '：' + row.name))), button('large', '大字 / 标准', 'text'));
}

export function pool({ contest }) {
  const level = contest.prizes;
  return POOL[level]
    ? h('p.pool.' + level, { 'data-pool': level }, h('i', { 'aria-hidden': 'true' }), POOL[level]) : null;
}

export const figures = (me) => pairs([
  ['已答次数', me.attempts + ' 次'],
  ['最好成绩', me.attempts ? me.best_score + ' 题' : '—'],
  ['剩余机会', chancesLeft(me) + ' 次'],
]);

/** A card of one line: what it is about, and the button that leads there. */
export const row = (text, action, label) => card(h('p.row', text, button(action, label, 'small')));

export const shareCard = ({ contest, me }, now) =>
  mayShare(contest, me, now) && row('分享给好友', 'share', '去分享');

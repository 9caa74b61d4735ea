/** The home screens by phase and person, and the screen for a page that could not be loaded. */
import { button, card, h, phrases, title } from '../dom.js';
import { chancesLeft, standing } from '../logic/contest.js';
import { progress } from '../logic/quiz.js';
import { hero } from '../page.js';
import { IN_WECHAT } from '../wechat.js';
import { toReceive } from './to-receive.js';
import { figures, news, notice, organisers, pool, prizes, problem, remedyButton, row, shareCard, steps, tabs, waiting } from './frame.js';

const home = (state, ...cards) =>
  [hero, h('div.sheet', problem(state), news(state), ...cards), organisers(state), tabs(state)];

const learn = () => row('知识卡片', 'learn', '先学一学');

export const before = (state) => home(state,
  card(h('h2.center', '距离开始还有'),
    h('div.count', { role: 'timer', 'data-until': state.contest.opens_at },
      ...['天', '时', '分', '秒'].map((unit) => h('span', h('b', '–'), unit))),
    h('p.dim.center', '到点自动开放，无需刷新页面'), notice(state)),
  learn(), steps(state), prizes(state));

export const signin = (state) => home(state,
  card(h('h2.center', '登录后开始答题'), pool(state),
    !IN_WECHAT && button('outside', '请在微信中打开'),
    button('signin', '微信登录', IN_WECHAT ? 'main' : 'line'), notice(state)), steps(state), prizes(state));

export const notfollowing = (state, now) => home(state, toReceive(state, now),
  card(pool(state), h('h2.center', '关注公众号即可答题'),
    button('follow', '去关注'), notice(state)), steps(state), prizes(state));

export const paused = (state, now) => home(state, toReceive(state, now),
  card(h('h2.center', '活动暂停中'),
    h('p.center', phrases('您的成绩、机会和红包都已保存，请稍后再来。')), button('retry', '刷新看看')),
  prizes(state));

export function closed(state, now) {
  const { me } = state;
  return home(state, toReceive(state, now),
    card(h('h2.center', '竞答已结束，感谢参与'),
      me && chancesLeft(me) > 0 && h('p.center', '没有开的红包不再发放。'),
      hero.dataset.closing && h('p.center', hero.dataset.closing),
      me ? figures(me) : button('signin', '登录查看我的红包', 'line'),
      button('proof', '看结果', 'line'), notice(state)), units(state, true), learn());
}

/** A follower's home screen while the contest is open. */
export function follower(state, now) {
  const { contest, me } = state;
  const { kind, title: name, text } = standing(contest, me);
  const packet = kind === 'packet';
  const lead = h('section.card.lead', { 'data-standing': kind },
    packet && h('span.envelope', { 'aria-hidden': 'true' }, '開'),
    h('h2', name), h('p', phrases(text)),
    packet && button('claim', '开红包', 'gold'), startButton(state, packet ? 'line' : 'main'), notice(state));
  return home(state, toReceive(state, now), lead, card(figures(me), pool(state), state.quiz && button('restart', '放弃，重新抽题', 'text')),
    shareCard(state, now),
    units(state, state.alone), learn(),
    steps(state), prizes(state));
}

/** The person's unit, or the offer to choose one, and the ranking. */
const units = ({ contest, me }, late) => h('div',
  me && me.unit ? card(h('p', '您的单位：' + me.unit)) : !late && row('代表单位参加？', 'units', '登记我的单位'),
  contest.ranking && row('单位参与榜', 'ranking', '查看'));

function startButton({ quiz, me }, style) {
  if (!quiz) return button('start', me.attempts ? '再答一次' : '开始答题', style);
  const { done, total } = progress(quiz);
  return button('start', '继续答题（已答 ' + done + '/' + total + '）', style);
}

export function error({ failure: { error: { code, message }, at } }) {
  const signIn = code === 'not_signed_in';
  return [h('div.body.leave', title(signIn ? '登录没有成功' : '页面没有打开'), h('p', { role: 'alert' }, message, waiting(at)),
    h('p.dim', hero.dataset.office),
    remedyButton(code), signIn && button('retry', '先看看活动', 'line'))];
}

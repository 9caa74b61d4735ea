/** The contest and a participant's standing in it: pure. Instants are milliseconds, money is integer fen. */
import { dateText, two } from './time.js';

const PHASES = ['announced', 'open', 'closed'];

/** The phase at a server instant: advances with the clock, and is never earlier than the server's. */
export function phaseAt(contest, now) {
  let rank = Math.max(0, PHASES.indexOf(contest.phase));
  if (now >= Date.parse(contest.opens_at)) rank = Math.max(rank, 1);
  if (now >= Date.parse(contest.closes_at)) rank = 2;
  return PHASES[rank];
}

/** The home screen for this contest and person (`me` null: not signed in). */
export function screenFor(contest, me, now) {
  const phase = phaseAt(contest, now);
  if (phase === 'announced') return 'before';
  if (phase === 'closed') return 'closed';
  if (contest.paused) return 'paused';
  if (!me) return 'signin';
  return me.subscribed ? 'home' : 'notfollowing';
}

/** In the last two hours: how long it is until the end, and what to do until then. Else empty. */
export function endText({ closes_at: end, prizes }, now) {
  const left = Math.ceil((Date.parse(end) - now) / 60000);
  return left > 0 && left <= 120 ? '还有 ' + (left < 60 ? '' : Math.floor(left / 60) + ' 小时 ') + (left % 60) + ' 分结束'
    + (prizes === 'none' ? '' : '，达标的请尽快开红包') : '';
}

/** Whether a participant may share the page now. */
export const mayShare = (contest, me, now) => contest.referral === 'extra_chance' && takesPart(contest, me, now);

/** Whether a follower may take part now. */
export const takesPart = (contest, me, now) =>
  Boolean(me?.subscribed) && !contest.paused && phaseAt(contest, now) === 'open';

/** Whether a person may choose their unit now. */
export const mayJoin = (contest, me, now) => Boolean(me?.subscribed) && !me.unit && phaseAt(contest, now) !== 'closed';

export const chancesLeft = (me) => Math.max(0, me.chances.granted - me.chances.spent);

/** Where a participant's chances came from. After a refusal their number is not known until the next answer. */
export const chanceSources = ({ chances: { granted, spent } }) => (granted
  ? '基础机会 1 次' + (granted > 1 ? '，好友关注 ' + (granted - 1) + ' 次' : '') + '；已用 ' + spent + ' 次' : '领红包机会已用完');

/** `change` of a participant's chances, which only friends bring. One who left again may take a chance along. */
export const chanceNews = (change, now) =>
  (change > 0 ? '好友已关注 · 机会 +' : '好友取消了关注 · 机会 ') + change + '（' + dateText(now).split(' ')[0] + '）';

const STANDINGS = {
  hold: ['领取资格核实中', '可以继续答题，核实完成后再领红包，成绩会保留。'],
  gone: ['红包已全部领完', '感谢参与，仍可继续答题。'],
  packet: ['您有一个红包待开启', '答题已达标，快来看看手气如何。'],
  waiting: ['答题已达标', '领红包机会已用完。以后得到新的机会，可凭这次成绩领取。'],
  done: ['您已开出红包', '机会已用完，欢迎继续答题。到账进度见“我的”。'],
  spent: ['领红包机会已用完', '答题次数不限，欢迎继续答题。'],
};

/** A follower's standing while the contest is open: `{kind, title, text}`. */
export function standing(contest, me) {
  const left = chancesLeft(me);
  const passed = me.claimable.length > 0;
  let kind = 'ready';
  if (me.on_hold) kind = 'hold';
  else if (contest.prizes === 'none') kind = 'gone';
  else if (left) kind = passed ? 'packet' : 'ready';
  else if (passed) kind = 'waiting';
  else kind = me.claims.length ? 'done' : 'spent';
  if (STANDINGS[kind]) return { kind, title: STANDINGS[kind][0], text: STANDINGS[kind][1] };
  const title = '答对 ' + contest.pass_mark + ' 题，开红包';
  return { kind, title, text: '每次随机 ' + contest.draw_size + ' 道单选题，答题次数不限。' };
}

export const POOL = {
  plenty: '红包充足',
  few: '红包所剩不多',
  none: '红包已全部领完',
};

/** 2000000 → "20,000"; keeps the cents when there are any. */
export const roundYuan = (fen) =>
  Math.floor(fen / 100).toLocaleString('en-US') + (fen % 100 ? '.' + two(fen % 100) : '');

/** Figures about the prizes, as `[name, value]`; only those that the contest publishes. */
export function prizeFacts(contest) {
  const facts = [];
  if (contest.budget_fen) facts.push(['奖金总额', '¥' + roundYuan(contest.budget_fen)]);
  if (contest.packets) facts.push(['红包个数', roundYuan(contest.packets * 100) + ' 个']);
  if (contest.min_fen && contest.max_fen) {
    facts.push(['单个金额', '¥' + roundYuan(contest.min_fen) + ' – ' + roundYuan(contest.max_fen)]);
  }
  return facts;
}

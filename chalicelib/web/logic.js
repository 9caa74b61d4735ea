/** The page's decisions: pure. Instants are milliseconds, money is integer fen. */

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const SHANGHAI = 8 * HOUR;
const PHASES = ['announced', 'open', 'closed'];

// time

/** Server clock minus local clock, the answer taken as written halfway; 0 when unreadable. */
export function clockOffset(serverTime, sentAt, receivedAt) {
  const server = Date.parse(serverTime);
  return isNaN(server) ? 0 : server - (sentAt + receivedAt) / 2;
}

/** The phase at a server instant: moves on by the clock, never behind what the server said. */
export function phaseAt(contest, now) {
  let rank = Math.max(0, PHASES.indexOf(contest.phase));
  if (now >= Date.parse(contest.opens_at)) rank = Math.max(rank, 1);
  if (now >= Date.parse(contest.closes_at)) rank = 2;
  return PHASES[rank];
}

const two = (number) => String(number).padStart(2, '0');

/** Rounded up, so that 0 shows only when it is over. */
export function countdown(milliseconds) {
  const left = Math.max(0, Math.ceil(milliseconds / SECOND));
  return {
    days: Math.floor(left / 86400),
    hours: two(Math.floor(left / 3600) % 24),
    minutes: two(Math.floor(left / 60) % 60),
    seconds: two(left % 60),
  };
}

/** "29:05". */
export function clockText(milliseconds) {
  const left = Math.max(0, Math.ceil(milliseconds / SECOND));
  return two(Math.floor(left / 60)) + ':' + two(left % 60);
}

/** "7月8日 00:00" in Shanghai; an exclusive end at midnight reads "7月14日 24:00". */
export function dateText(iso, isEnd) {
  const instant = Date.parse(iso);
  if (isNaN(instant)) return '';
  const midnight = isEnd && (instant + SHANGHAI) % DAY === 0;
  const local = new Date(instant + SHANGHAI - (midnight ? DAY : 0));
  const clock = midnight ? '24:00' : two(local.getUTCHours()) + ':' + two(local.getUTCMinutes());
  return local.getUTCMonth() + 1 + '月' + local.getUTCDate() + '日 ' + clock;
}

// money

/** 188 → "1.88". Integer arithmetic only. */
export const yuan = (fen) => Math.floor(fen / 100) + '.' + two(fen % 100);

/** 2000000 → "20,000"; keeps the cents when there are any. */
export const roundYuan = (fen) =>
  Math.floor(fen / 100).toLocaleString('en-US') + (fen % 100 ? '.' + two(fen % 100) : '');

// which screen

/** The screen that stands at "home" for this contest and person (`me` null: not signed in). */
export function screenFor(contest, me, now) {
  const phase = phaseAt(contest, now);
  if (phase === 'announced') return 'before';
  if (phase === 'closed') return 'closed';
  if (contest.paused) return 'paused';
  if (!me) return 'signin';
  return me.subscribed ? 'home' : 'notfollowing';
}

/** Whether a participant may hand the page on now. */
export const mayShare = (contest, me, now) =>
  Boolean(me) && contest.referral === 'extra_chance' && !contest.paused && phaseAt(contest, now) === 'open';

export const chancesLeft = (me) => Math.max(0, me.chances.granted - me.chances.spent);

const STANDINGS = {
  hold: ['领取资格核实中', '可以继续答题，核实完成后再领红包，成绩会保留。'],
  gone: ['红包已全部领完', '感谢参与，仍可继续答题。'],
  packet: ['您有一个红包待开启', '答题已达标，快来看看手气如何。'],
  waiting: ['答题已达标', '领红包机会已用完。以后得到新的机会，可凭这次成绩领取。'],
  done: ['您的红包已领取', '机会已用完，欢迎继续答题。发放进度见“我的”。'],
  spent: ['领红包机会已用完', '答题次数不限，欢迎继续答题。'],
};

/** Where a follower stands while the contest is open: `{kind, title, text}`. */
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
  none: '红包已领完',
};

const ON_ITS_WAY = ['发放中', '红包正在发放，稍后在“微信支付”消息里领取'];
const CLAIM_STATUS = {
  sent: ['待领取', '已发出，请在24小时内领取'],
  received: ['已到账', '已领取，可在微信零钱里查看'],
  refunded: ['已退回', '超过24小时未领取，红包已退回'],
  failed: ['未成功', '没有发放成功，如有疑问请联系主办方'],
  parked: ['处理中', '发放遇到问题，工作人员会处理，金额不会丢失'],
};

/** "早上8点" in Shanghai; "明天早上8点" when it is not the day of `now`. */
export function hourText(iso, now) {
  const local = new Date(Date.parse(iso) + SHANGHAI);
  const hour = local.getUTCHours();
  const part = hour < 6 ? '凌晨' : hour < 9 ? '早上' : hour < 12 ? '上午' : hour < 13 ? '中午' : hour < 18 ? '下午' : '晚上';
  const minutes = local.getUTCMinutes();
  const today = Math.floor(local.getTime() / DAY) === Math.floor((now + SHANGHAI) / DAY);
  return (today ? '' : '明天') + part + (hour > 12 ? hour - 12 : hour) + '点' + (minutes ? two(minutes) + '分' : '');
}

/** `[label, sentence]`; what is owed in quiet hours says when they end. */
export function claimStatus(status, paidFrom, now) {
  if (status === 'owed' && paidFrom && now < Date.parse(paidFrom)) {
    return ['待发放', hourText(paidFrom, now) + '后到账，届时在“微信支付”消息里领取'];
  }
  return CLAIM_STATUS[status] || ON_ITS_WAY;
}

// the quiz

/** `sent`: a submission left and no answer came. The answers are then fixed: they may be graded. */
export const newQuiz = (drawn, contestId) =>
  Object.assign({}, drawn, { contestId, answers: {}, index: 0, sent: false });

export function deadline(quiz, contest) {
  const ends = [quiz.expires_at, contest.closes_at].map(Date.parse).filter((end) => !isNaN(end));
  return ends.length ? Math.min(...ends) : Infinity;
}

/** Worth going on with? One sent without an answer always is: a repeat is graded no more. */
export function isUsable(quiz, contest, now) {
  if (!quiz || !Array.isArray(quiz.questions) || quiz.contestId !== contest.contest_id) return false;
  return quiz.sent || now < deadline(quiz, contest);
}

export const answer = (quiz, id, key) =>
  Object.assign({}, quiz, { answers: Object.assign({}, quiz.answers, { [id]: key }) });

export const moveTo = (quiz, index) =>
  Object.assign({}, quiz, { index: Math.max(0, Math.min(quiz.questions.length, index)) });

/** Positions (from 0) still without an answer. */
export const unanswered = (quiz) =>
  quiz.questions.map((question, at) => (quiz.answers[question.id] ? -1 : at)).filter((at) => at >= 0);

/** `{done, total}`. */
export const progress = (quiz) => ({
  done: quiz.questions.length - unanswered(quiz).length,
  total: quiz.questions.length,
});

export function reviewOf(quiz, result) {
  const byId = {};
  result.review.forEach((row) => { byId[row.id] = row; });
  return quiz.questions.filter((question) => byId[question.id]).map((question) => {
    const row = byId[question.id];
    const text = (key) => {
      const option = question.options.find((candidate) => candidate.key === key);
      return option ? option.text : '';
    };
    return {
      stem: question.stem,
      chosen: row.chosen ? text(row.chosen) : '',
      correct: text(row.correct),
      right: row.chosen === row.correct,
      explanation: row.explanation || '',
      source: row.source || '',
    };
  });
}

// what an answer tells, so that nothing is asked again

export function afterSubmission(me, attemptId, result) {
  const known = me.claimable.includes(attemptId);
  return Object.assign({}, me, {
    attempts: me.attempts + 1,
    best_score: Math.max(me.best_score || 0, result.score),
    claimable: result.passed && !known ? me.claimable.concat(attemptId) : me.claimable,
  });
}

export function afterClaim(me, attemptId, claim) {
  if (me.claims.some((known) => known.claim_id === claim.claim_id)) return me;
  return Object.assign({}, me, {
    claimable: me.claimable.filter((id) => id !== attemptId),
    claims: me.claims.concat(claim),
    chances: { granted: me.chances.granted, spent: me.chances.spent + 1 },
  });
}

/** `{contest, me}` as they must be, given a refusal's code. */
export function afterRefusal(contest, me, code) {
  const facts = {
    contest_closed: [{ phase: 'closed' }],
    contest_paused: [{ paused: true }],
    prizes_exhausted: [{ prizes: 'none' }],
    not_following: [null, { subscribed: false }],
    on_hold: [null, { on_hold: true }],
    no_chance_left: [null, { chances: { granted: 0, spent: 0 } }],
  }[code] || [];
  return { contest: Object.assign({}, contest, facts[0]), me: me && Object.assign({}, me, facts[1]) };
}

// refusals and what to do about them

const DEAD_ATTEMPT = ['attempt_expired', 'attempt_invalid', 'attempt_already_graded', 'bad_request'];
const UNCERTAIN = ['network', 'try_again', 'internal'];

/** The quiz to keep (or none) when a submission brought no result. */
export function afterFailedSubmission(quiz, code) {
  if (DEAD_ATTEMPT.includes(code)) return null;
  const ungraded = code === 'too_many_requests';
  return Object.assign({}, quiz, { sent: !ungraded && (quiz.sent || UNCERTAIN.includes(code)) });
}

/** The helpful button for an error: `retry`, `restart`, `signin` or `home`. */
export function remedy(code) {
  if (UNCERTAIN.concat('too_many_requests', 'contest_paused', 'contest_not_open').includes(code)) return 'retry';
  if (DEAD_ATTEMPT.includes(code)) return 'restart';
  return code === 'not_signed_in' ? 'signin' : 'home';
}

const SIGN_IN = {
  snapshot: '微信“快照”页面无法确认身份，请点底部的“使用完整服务”再登录。',
  state_mismatch: '登录页面停留太久或被重复打开，请重新登录。',
  try_again: '微信暂时繁忙，请稍后重新登录。',
};

export const signInMessage = (code) => SIGN_IN[code] || '微信没有完成授权，请重新登录。';

// words

/** Steps for taking part, from configuration or, without it, from the figures. */
export function howTo(contest) {
  const account = contest.account ? '“' + contest.account + '”公众号' : '活动公众号';
  return contest.how || [
    dateText(contest.opens_at) + '起，在微信关注' + account,
    '随机抽取 ' + contest.draw_size + ' 道单选题，答对 ' + contest.pass_mark + ' 题及以上即达标',
    '达标后凭机会开随机现金红包，发完为止',
  ];
}

/** Figures about the prizes, as `[name, value]`; only what the contest tells. */
export function prizeFacts(contest) {
  const facts = [];
  if (contest.budget_fen) facts.push(['奖金总额', '¥' + roundYuan(contest.budget_fen)]);
  if (contest.packets) facts.push(['红包个数', roundYuan(contest.packets * 100) + ' 个']);
  if (contest.min_fen && contest.max_fen) {
    facts.push(['单个金额', '¥' + roundYuan(contest.min_fen) + ' – ' + roundYuan(contest.max_fen)]);
  }
  return facts;
}

/** Units whose name contains what was typed, blanks aside. */
export const matchUnits = (units, typed) =>
  units.filter((name) => name.includes(typed.replace(/\s/g, '')));

/** Refusals and what to do about them: pure. */

const DEAD_ATTEMPT = ['attempt_expired', 'attempt_invalid', 'attempt_already_graded', 'bad_request'];
const UNCERTAIN = ['network', 'try_again', 'internal'];

export const EXPIRED = { code: 'attempt_expired', message: '答题超时，这份答卷不计成绩，机会不受影响。' };

/** The end came in the middle of a quiz. */
export const ENDED = { code: 'contest_closed', message: '竞答已经结束，未交的答卷不再计分。' };

export const QUICK = { code: 'too_many_requests', message: '答得真快！到时间会自动交卷。' };

/** `{contest, me}` as a refusal's code shows that they must be. */
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

/** The quiz to keep (or none) when a submission brought no result. */
export function afterFailedSubmission(quiz, code) {
  // A submission that counts is answered at any time, so one that is refused after the end does not count.
  if (DEAD_ATTEMPT.includes(code) || code === 'contest_closed') return null;
  const ungraded = code === 'too_many_requests';
  return Object.assign({}, quiz, { sent: !ungraded && (quiz.sent || UNCERTAIN.includes(code)) });
}

/** The helpful button for an error: `retry`, `restart`, `signin` or `home`. */
export function remedy(code) {
  if (UNCERTAIN.concat('too_many_requests', 'contest_paused', 'contest_not_open').includes(code)) return 'retry';
  if (DEAD_ATTEMPT.includes(code)) return 'restart';
  return code === 'not_signed_in' ? 'signin' : 'home';
}

/** Milliseconds (PAUSE and SPREAD in waits.json are seconds) after which the page asks again by itself, not before the server allows it; 0 if it must not ask.
 *  Random, because many people are refused in the same second. `tries`: earlier refusals in a row; `random` from 0 to 1. */
export function delay({ code, retryAfter }, tries, random) {
  if (remedy(code) !== 'retry') return 0;
  const [least, most] = code === 'contest_paused' ? WAITS.PAUSE : WAITS.SPREAD[Math.min(tries, 2)];
  return Math.max(1000 * least, retryAfter || 0) + 1000 * random * (most - least);
}

const SIGN_IN = {
  snapshot: '微信“快照”页面无法确认身份，请点底部的“使用完整服务”再登录。',
  state_mismatch: '登录页面停留太久或被重复打开，请重新登录。',
  try_again: '微信暂时繁忙，请稍后重新登录。',
};

export const signInMessage = (code) => SIGN_IN[code] || '微信没有完成授权，请重新登录。';

/** The receipt of a transfer: whether this phone can show it, when to ask for it, and the texts: pure. */
import { claimWords, deadlineText } from './claims.js';

const SECOND = 1000;
const OLDEST = [8, 0, 45];

/** Pauses in milliseconds before asking for the receipt: the worker needs seconds, the sweep after a lost job a minute. */
export const BEFORE_SHEET = [1, 1.5, 2, 3, 4, 6, 8, 10, 12, 15, 15].map((pause) => pause * SECOND);
/** The same before asking for the outcome: WeChat Pay notifies within seconds. */
export const AFTER_SHEET = [0.7, 1.5, 3, 5, 8, 10].map((pause) => pause * SECOND);

/** A pause with jitter (`random` from 0 to 1), not shorter than the server asked for. */
export const patience = (pause, random, retryAfter) => Math.max(pause * (0.75 + random / 2), retryAfter || 0);

/** Why this phone cannot show it: `elsewhere`, `desktop`, `old`, or empty. `isBridged`: whether WeChat's bridge is
 *  there. WeChat for HarmonyOS has version numbers of its own. */
export function obstacle(agent, isBridged) {
  const version = /MicroMessenger\/([\d.]+)/i.exec(agent);
  if (!version) return isBridged ? '' : 'elsewhere';
  if (/WindowsWechat|MacWechat|Windows NT|Macintosh|X11/i.test(agent)) return 'desktop';
  if (/Harmony/i.test(agent)) return '';
  const parts = version[1].split('.').map(Number);
  const at = OLDEST.findIndex((least, place) => (parts[place] || 0) !== least);
  return at >= 0 && (parts[at] || 0) < OLDEST[at] ? 'old' : '';
}

/** WeChat's answer when its sheet was left: `shown`, `cancelled`, `old` or `refused`. None shows whether it is paid. */
export function sheetOutcome(message) {
  if (/:ok/.test(message)) return 'shown';
  if (/not_?exist|not_?support/.test(message)) return 'old';
  return /:cancel/.test(message) ? 'cancelled' : 'refused';
}

/** Whether this claim needs no further query before the sheet is opened. */
export const isReady = ({ status, receipt }) => Boolean(receipt) || isSettled(status);

const isSettled = (status) => ['received', 'refunded', 'failed', 'parked', 'lapsed'].includes(status);

/** Whether this claim shows the outcome of the sheet. */
export const isDecided = ({ status, receipt }) => isSettled(status) || (status === 'sent' && !receipt);

/** The step that follows from a claim and from the sheet's answer. */
export function outcome(claim, seen) {
  if (isSettled(claim.status)) return claim.status;
  return isDecided(claim) ? 'confirmed' : seen;
}

const KEPT = '红包为您保留';
const STEPS = {
  preparing: ['正在准备收款', '请稍候，不要离开本页。'],
  waiting: ['正在准备收款', '微信支付正在处理，通常只要几秒钟。'],
  sheet: ['请在微信里确认收款', '请按微信的提示收下这笔钱。'],
  checking: ['正在核对', '正在向微信支付核对，请稍候。'],
  received: ['已到账', '钱已存入您的微信零钱。'],
  confirmed: ['正在入账', '微信支付正在入账，稍后可在“我的”里查看。'],
  ready: ['可以收款了', '请点“收款”，在微信里确认。'],
  shown: ['还没有查到到账', '刚才已经确认的，几分钟内到账，无需再点。还没有确认的，请再点“收款”。'],
  cancelled: ['您还没有收款', KEPT + '，请再点“收款”确认。'],
  refused: ['微信没有打开收款页', '只有开出这个红包的微信号才能收款：换过微信号的，请换回来再打开本页。其他情况请稍后再试。'],
  late: ['还在准备', '现在收款的人较多，' + KEPT + '，请过几分钟再点“收款”。'],
  old: ['微信版本太旧', '收款需要微信 8.0.45 或更新的版本。请先更新微信，再打开本页收款，' + KEPT + '。'],
  desktop: ['请用手机收款', '电脑上的微信不能收款。请用手机微信打开本页，' + KEPT + '。'],
  elsewhere: ['请在微信里收款', '请用手机微信打开本页，' + KEPT + '。'],
};
const ERRORS = {
  network: ['网络断了', '没有连上，' + KEPT + '，请检查网络后再试。'],
  not_found: ['不是这个微信号的红包', '请用开出这个红包的微信号打开本页收款。'],
  not_signed_in: ['请重新登录', '登录已过期，' + KEPT + '，登录后再点“收款”。'],
};
const UNKNOWN = ['没有成功', '暂时没有成功，' + KEPT + '，请稍后再试。'];
const BUSY = ['preparing', 'waiting', 'sheet', 'checking'];
const GOOD = ['received', 'confirmed'];
const AGAIN = ['ready', 'shown', 'cancelled', 'refused', 'late'];

/** `{kind, title, text, until, action}` of a step; one that only the claim explains has the claim's words. `kind` is `busy`, `good` or `open`; `until` says how long the winner
 *  may come back; `action` is the button that helps, or empty. `code` is of the error, for the step `error`. */
export function receiptWords({ step, code }, claim, paidFrom, now) {
  const [label, sentence] = claimWords(claim, paidFrom, now);
  const known = step === 'error' ? ERRORS[code] || UNKNOWN : STEPS[step];
  const [title, text] = known || [label, sentence];
  const kind = BUSY.includes(step) ? 'busy' : GOOD.includes(step) ? 'good' : 'open';
  const comesBack = known && kind === 'open' && code !== 'not_found';
  return { kind, title, text, action: actionFor(step, code), until: comesBack ? deadlineText(claim.claimable_until) : '' };
}

function actionFor(step, code) {
  if (step !== 'error') return AGAIN.includes(step) ? 'receive' : '';
  if (code === 'not_signed_in') return 'signin';
  return code === 'not_found' ? '' : 'receive';
}

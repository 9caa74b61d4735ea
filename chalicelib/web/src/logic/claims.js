/** Claims and their payouts in words: pure. Money is integer fen. */
import { dateText, hourText, two } from './time.js';

/** 188 → "1.88". Integer arithmetic only. */
export const yuan = (fen) => Math.floor(fen / 100) + '.' + two(fen % 100);

/** `[label, sentence, kind]`: the kind is `way` (the winner waits), `act` (we wait for the winner), `good`, `bad` or `off`. */
const ON_ITS_WAY = ['发放中', '红包正在发放，稍后在“微信支付”消息里领取', 'way'];
const CLAIM_STATUS = {
  sent: ['待领取', '已发出，请尽快到微信“微信支付”消息里领取', 'act'],
  received: ['已到账', '已领取，可在微信零钱里查看', 'good'],
  refunded: ['已退回', '超过24小时未领取，红包已退回', 'off'],
  failed: ['未成功', '没有发放成功，如有疑问请联系主办方', 'bad'],
  parked: ['处理中', '发放遇到问题，工作人员会处理，金额不会丢失', 'way'],
};
const LAPSED = ['已过期', '超过期限没有收款，红包已失效', 'off'];
const UNDER_WAY = ['处理中', '已经确认的正在入账；还没有确认的，请点“收款”', 'way'];

/** For a claim owed in quiet hours, the sentence has their end. */
export function claimStatus(status, paidFrom, now) {
  if (status === 'owed' && paidFrom && now < Date.parse(paidFrom)) {
    return ['待发放', hourText(paidFrom, now) + '后到账，届时在“微信支付”消息里领取', 'way'];
  }
  return CLAIM_STATUS[status] || ON_ITS_WAY;
}

/** Until when a transfer may be asked for, in words; empty if there is no limit any more (a date in 9999). */
export const deadlineText = (until) => (until && until < '9' ? dateText(until, true) : '');

/** Whether the winner of a transfer may tap 收款. `claimable_until` is null for claims that are paid without a request.
 *  Quiet hours do not matter: they are the red packets'. */
export function isReceivable({ status, claimable_until: until }, now) {
  if (!until) return false;
  return status === 'sent' || status === 'sending' || (status === 'owed' && now < Date.parse(until));
}

/** Sent, but without a receipt to open: confirmed, or requested without success; the server cannot tell which. */
export const isUnderWay = ({ status, receipt, claimable_until: until }) => status === 'sent' && Boolean(until) && !receipt;

const RETURNS_MS = 86400000;

/** A red packet that was sent and waits for its winner in WeChat. */
export const isUnclaimed = ({ status, claimable_until: until }) => status === 'sent' && !until;

/** Until when a claim waits for its winner, in words; empty if unknown. WeChat Pay takes an unclaimed packet back 24 hours
 *  after it was sent, which is never before 24 hours after the claim. */
export function waitsUntil({ claimed_at: at, claimable_until: until }, now) {
  const end = until ? Date.parse(until) : Date.parse(at) + RETURNS_MS;
  if (now >= end) return '';
  return until ? deadlineText(until) : dateText(end);
}

/** What the winner of a claim that waits for them must do, and until when. */
export function waitingText(claim, now) {
  const date = waitsUntil(claim, now);
  const until = claim.claimable_until;
  return '请' + (date ? '在' + date + '前' : '尽快') + (until ? '点“收款”' : '到微信“微信支付”消息里领取，过时退回');
}

/** Nothing more comes by itself, or not soon: the office can tell why. */
export const isStuck = ({ status }) => ['failed', 'lapsed', 'parked', 'refunded'].includes(status);

/** `claimStatus` of a claim of either product. `note`: the server's explanation why it could not be sent. */
export function claimWords(claim, paidFrom, now) {
  const { status, note, claimable_until: until } = claim;
  if (isUnderWay(claim)) return UNDER_WAY;
  if (isReceivable(claim, now)) return ['待收款', waitingText(claim, now), 'act'];
  if (status === 'lapsed' || (status === 'owed' && until && now >= Date.parse(until))) return LAPSED;
  if (isUnclaimed(claim)) return ['待领取', waitingText(claim, now), 'act'];
  const [label, sentence, kind] = claimStatus(status, paidFrom, now);
  return [label, note || sentence, kind];
}

/** Whether the server may soon have news of the claim. */
export const isComing = ({ status, claimable_until: until }, paidFrom, now) =>
  status === 'sending' || (status === 'owed' && !until && !(paidFrom && now < Date.parse(paidFrom)));

/** `me` after a claim, so that no further request is needed. */
export function afterClaim(me, attemptId, claim) {
  if (me.claims.some((known) => known.claim_id === claim.claim_id)) return me;
  return Object.assign({}, me, {
    claimable: me.claimable.filter((id) => id !== attemptId),
    claims: me.claims.concat(claim),
    chances: { granted: me.chances.granted, spent: me.chances.spent + 1 },
  });
}

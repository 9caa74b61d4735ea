/** The red packet, before it is opened and after. */
import { button, calm, h, phrases } from '../dom.js';
import { claimWords, isComing, isStuck, isUnclaimed, waitsUntil, yuan } from '../logic/claims.js';
import { mayShare, phaseAt } from '../logic/contest.js';
import { remedy } from '../logic/refusals.js';
import { receiveButton } from './to-receive.js';
import { bar, problem } from './frame.js';
import { statusTag } from './status-tag.js';

export const UNOPENED = '没有开的红包不再发放。';
const KEPT = '红包已为您保留，正在确认';

export function packet(state, now) {
  if (state.packet.claim) return opened(state, now);
  const { contest, problem: refusal } = state;
  const over = phaseAt(contest, now) === 'closed';
  // Finally refused: the packet no longer invites a tap.
  const shut = over || (refusal && remedy(refusal.error.code) === 'home');
  const hint = over ? '竞答已结束，' + UNOPENED : shut ? '' : refusal ? KEPT : '点一下“開”，拆开您的红包';
  return [bar('开红包'), h('div.stage', problem(state),
    h('div.packet.shut', h('i.flap'), h('p.from', phrases(contest.theme)),
      button('open', '開', 'coin', { 'aria-label': '拆开红包', disabled: shut ? '' : null })),
    hint && h('p.hint', phrases(hint)))];
}

function opened(state, now) {
  const { contest, me, packet: { claim: made, fresh } } = state;
  const claim = me.claims.find((known) => known.claim_id === made.claim_id) || made;
  const [label, sentence, kind] = claimWords(claim, contest.paid_from, now);
  const look = isComing(claim, contest.paid_from, now) ? nextLook(state.packet) : null;
  const receive = receiveButton(claim, now, 'gold');
  const sparks = fresh && !calm() ? Array.from({ length: 8 }, () => h('i')) : [];
  return [bar('我的红包'), h(fresh ? 'div.stage.opened.fresh' : 'div.stage.opened', problem(state),
    h('div.sparks', { 'aria-hidden': 'true' }, sparks),
    h('div.packet', h('i.flap'),
      h('section.slip', { 'data-status': claim.status, 'data-look': look, 'data-then': 'payout' }, h('p', '恭喜您获得'),
        h('p.amount', { 'data-amount': claim.amount_fen }, h('small', '¥'), h('span', yuan(claim.amount_fen))),
        h('div.payout', statusTag(label, kind), isUnclaimed(claim) ? whereToGo(claim, now) : h('p', phrases(sentence)))),
      h('p.from', phrases(contest.theme))),
    receive, isStuck(claim) && button('privacy', '联系主办方', 'ghostly'), button('record', '查看我的记录', receive ? 'ghostly' : 'gold'), mayShare(contest, me, now) && button('share', '分享给好友', 'ghostly'))];
}

/** Of a packet that was sent: until when, and where. */
function whereToGo(claim, now) {
  const date = waitsUntil(claim, now);
  return [h('p', h('b', phrases(date ? date + ' 前领取' : '请尽快领取'))), h('p', phrases('已发出，打开微信“微信支付”消息，过时退回'))];
}

/** When the payout's state is asked again; null after the last time. */
export const nextLook = ({ openedAt, looks }) => (looks < WAITS.LOOKS_MS.length ? openedAt + WAITS.LOOKS_MS[looks] : null);

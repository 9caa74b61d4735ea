/** The red packet, before it is opened and after. */
import { button, calm, h } from '../dom.js';
import { claimWords, yuan } from '../logic/claims.js';
import { mayShare } from '../logic/contest.js';
import { remedy } from '../logic/refusals.js';
import { receiveButton } from './claim-rows.js';
import { bar, problem } from './frame.js';

export function packet(state, now) {
  if (state.packet.claim) return opened(state, now);
  // Finally refused: the packet no longer invites a tap.
  const shut = state.problem && remedy(state.problem.error.code) === 'home';
  return [bar('开红包'), h('div.stage', problem(state),
    h('div.packet', h('i.flap'), h('p.from', state.contest.theme),
      button('open', '開', 'coin', { 'aria-label': '拆开红包', disabled: shut ? '' : null })),
    shut ? null : h('p.hint', '点一下“開”，拆开您的红包'))];
}

function opened(state, now) {
  const { contest, me, packet: { claim: made, fresh } } = state;
  const claim = me.claims.find((known) => known.claim_id === made.claim_id) || made;
  const [label, sentence] = claimWords(claim, contest.paid_from, now);
  const receive = receiveButton(claim, now, 'gold');
  const sparks = fresh && !calm() ? Array.from({ length: 8 }, () => h('i')) : [];
  return [bar('我的红包'), h('div.stage.opened', problem(state),
    h('div.sparks', { 'aria-hidden': 'true' }, sparks),
    h('div.packet', h('i.flap'),
      h('div.slip', h('p', '恭喜您获得'),
        h('p.amount', { 'data-amount': claim.amount_fen }, h('small', '¥'), yuan(claim.amount_fen)),
        h('p.tag', label)),
      h('p.from', contest.theme)),
    h('p.hint', { 'data-status': claim.status }, sentence),
    receive, button('record', '查看我的记录', receive ? 'ghostly' : 'gold'), mayShare(contest, me, now) && button('share', '分享给好友', 'ghostly'),
    button('home', '返回首页', 'ghostly'))];
}

/** Sharing the page: a poster to send, or else the code alone, and a link. */
import { button, h, phrases, picture } from '../dom.js';
import { bar, news } from './frame.js';

const CHANCE = '，您也多一次开红包的机会';

/** An overlay that points at WeChat's own menu: a page cannot open it. */
export const pointer = () => h('div.pointer', { role: 'dialog', 'aria-modal': 'true', 'aria-label': '怎样发给好友' },
  h('p', '点右上角“···”，'), h('p', '再选“转发给朋友”', h('br'), '或“分享到朋友圈”。'), h('p', phrases('没有反应的，请复制链接，粘贴给好友。')),
  button('unpoint', '知道了', 'gold'));

export function share(state) {
  const { contest, share: own } = state;
  const invitation = h('p', '好友用微信扫码，关注后即可参加' + (contest.referral_show === 'chance' ? CHANCE : ''));
  return [bar('分享给好友'), h('div.sheet', news(state),
    own.poster_url ? posterCard(own, invitation) : codeCard(own, invitation),
    h('section.card', h('h2', '发送链接'),
      button('point', '怎样发给好友'),
      h('p.dim', '也可以复制链接，粘贴给好友：'),
      h('textarea.link', { readonly: '', rows: 3, 'aria-label': '我的链接' }, own.link),
      button('copy', '复制链接', 'line')))];
}

function posterCard(own, invitation) {
  const poster = h('img', { src: own.poster_url, alt: '我的海报：' + own.title });
  const card = h('section.card.lead', h('h2.center', '长按图片，保存或发送给朋友'), h('p.poster', poster), invitation);
  poster.addEventListener('error', () => card.parentNode.replaceChild(codeCard(own, invitation), card));
  return card;
}

function codeCard({ title, description, qr_url: address }, invitation) {
  const code = picture('img.code', { src: address, alt: '我的二维码', width: 216, height: 216 },
    h('p.dim', '二维码暂时没有取到，可以先发送链接。'));
  return h('section.card.lead', h('h2.center', phrases(title)), h('p.dim.center', phrases(description)), code, invitation);
}

/** Sharing the page: a code to scan and a link to send. */
import { button, h } from '../dom.js';
import { bar } from './frame.js';

const CHANCE = '，您也多一次开红包的机会';

export function share({ contest, share: { title, description, link, qr_url: picture } }) {
  const code = h('img.code', { src: picture, alt: '我的二维码', width: 216, height: 216 });
  code.addEventListener('error', () => {
    code.parentNode.replaceChild(h('p.dim', '二维码暂时没有取到，可以先发送链接。'), code);
  });
  return [bar('分享给好友'), h('div.sheet',
    h('section.card.lead', h('h2.center', title), h('p.dim.center', description), code,
      h('p', '好友用微信扫码，关注后即可参加' + (contest.referral_show === 'chance' ? CHANCE : ''))),
    h('section.card', h('h2', '发送链接'),
      h('p', '在微信里点右上角“···”，再选“转发给朋友”或“分享到朋友圈”。'),
      h('p.dim', '也可以复制链接，粘贴给好友：'),
      h('textarea.link', { readonly: '', rows: 3, 'aria-label': '我的链接' }, link),
      button('copy', '复制链接', 'line')))];
}

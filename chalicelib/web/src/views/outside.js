/** How to get from another browser into WeChat, where alone one can sign in. */
import { button, card, h, list } from '../dom.js';
import { bar } from './frame.js';

export const outside = () => [bar('请在微信中打开'), h('div.sheet',
  card(list('ol', ['复制下面的链接', '打开微信，发给“文件传输助手”或好友', '在聊天里点开链接，登录后答题']),
    h('textarea.link', { readonly: '', rows: 2, 'aria-label': '本页链接' }, location.origin + '/'),
    button('copy', '复制链接')))];

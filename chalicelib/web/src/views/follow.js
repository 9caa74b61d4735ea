/** Following the account: its code is the only one on the screen, because WeChat reads whichever it finds. */
import { button, card, h, list, picture, section } from '../dom.js';
import { bar, pool, problem } from './frame.js';

export function follow(state) {
  const { contest } = state;
  const code = picture('img.account', { src: '/api/follow-code', alt: '公众号“' + contest.account + '”的二维码', width: 200, height: 200 },
    h('p.dim.center', '二维码暂时没有取到，请用下面的办法关注。'));
  return [bar('关注公众号'), h('div.sheet', problem(state),
    card(contest.prizes === 'none' && [pool(state), h('p.center', '关注后仍可答题。')],
      list('ol', ['长按识别二维码，关注“' + contest.account + '”', '回到这里自动继续']), code,
      h('p.center.told', { role: 'status' }), button('followed', '我已关注，继续', 'line')),
    section('也可以搜索', h('p', '在微信顶部搜索公众号名称，进入后点“关注”，再回到这里。'),
      h('input', { readonly: '', value: contest.account, 'aria-label': '公众号名称' }),
      button('copy', '复制“' + contest.account + '”', 'line', { 'data-what': '名称' })))];
}

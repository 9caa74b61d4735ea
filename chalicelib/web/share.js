/** Handing the page on: fetched after the first view, where the contest has sharing. Alone with WeChat's JS-SDK. */
import * as api from '/static/api.js';

const SDK = 'open/js/jweixin-1.6.0.js';
const CALLS = ['updateAppMessageShareData', 'updateTimelineShareData'];

let asked = null;
let known = null;

/** Asks once for `{link, title, description, qr_url, …}` of this participant, again after a failure. */
export async function load() {
  if (!asked) asked = api.share(location.href.split('#')[0]);
  try {
    known = await asked;
  } catch (error) {
    asked = null;
    throw error;
  }
}

/** The cards of the sheet; `h` and `button` as in app.js. */
export function draw(h, button) {
  const code = h('img.code', { src: known.qr_url, alt: '我的二维码', width: 216, height: 216 });
  code.addEventListener('error', () => {
    code.parentNode.replaceChild(h('p.dim', '二维码暂时没有取到，可以先发送链接。'), code);
  });
  return [
    h('section.card.lead', h('h2.center', known.title), h('p.dim.center', known.description), code, h('p', '好友用微信扫码，关注后即可参加')),
    h('section.card', h('h2', '发送链接'),
      h('p', '在微信里点右上角“···”，再选“转发给朋友”或“分享到朋友圈”。'),
      h('p.dim', '也可以复制链接，粘贴给好友：'),
      h('textarea.link', { readonly: '', rows: 3, 'aria-label': '我的链接' }, known.link),
      button('copy', '复制链接', 'line'))];
}

function script(address) {
  return new Promise((done, failed) => {
    const tag = document.createElement('script');
    Object.assign(tag, { src: address, onload: done, onerror: failed });
    document.head.append(tag);
  });
}

/** WeChat's own menu shares the participant's link from now on, instead of the page. */
export async function intoMenu() {
  const { link, title, description: desc, image_url: imgUrl, sdk } = known;
  await script('https://res.wx.qq.com/' + SDK).catch(() => script('https://res2.wx.qq.com/' + SDK));
  const { wx } = window;
  wx.config(Object.assign({ jsApiList: CALLS }, sdk));
  wx.ready(() => CALLS.forEach((call) => wx[call]({ title, desc, link, imgUrl })));
}

/** Copies what stands in the field before the button, and says so. Some phones can copy only what is selected. */
export async function copy(pressed, say) {
  const field = pressed.previousElementSibling;
  let done = true;
  try {
    await navigator.clipboard.writeText(field.value);
  } catch (refused) {
    field.focus();
    field.setSelectionRange(0, field.value.length);
    done = document.execCommand('copy');
  }
  pressed.textContent = done ? '链接已复制' : '请长按上面的链接复制';
  say(pressed.textContent);
}

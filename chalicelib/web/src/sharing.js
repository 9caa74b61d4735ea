/** Handing the page on by WeChat's own menu and by the clipboard. Alone with WeChat's JS-SDK. */

const SDK = 'open/js/jweixin-1.6.0.js';
const CALLS = ['updateAppMessageShareData', 'updateTimelineShareData'];

function script(address) {
  return new Promise((done, failed) => {
    const tag = document.createElement('script');
    Object.assign(tag, { src: address, onload: done, onerror: failed });
    document.head.append(tag);
  });
}

/** WeChat's own menu shares the participant's link from now on, instead of the page. `facts`: the answer of /api/share. */
export async function shareByMenu({ link, title, description: desc, image_url: imgUrl, sdk }) {
  await script('https://res.wx.qq.com/' + SDK).catch(() => script('https://res2.wx.qq.com/' + SDK));
  const { wx } = window;
  wx.config(Object.assign({ jsApiList: CALLS }, sdk));
  wx.ready(() => CALLS.forEach((call) => wx[call]({ title, desc, link, imgUrl })));
}

/** Copies what stands in the field before the button; returns whether it did. Some phones copy only what is selected. */
export async function copyLink(pressed) {
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
}

/** Sharing by WeChat's own menu. Alone with WeChat's JS-SDK. In the first file, as it is all that sharing by menu needs. */

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
export async function setShareMenu({ link, title, description: desc, image_url: imgUrl, sdk }) {
  await script('https://res.wx.qq.com/' + SDK).catch(() => script('https://res2.wx.qq.com/' + SDK));
  const { wx } = window;
  wx.config(Object.assign({ jsApiList: CALLS }, sdk));
  wx.ready(() => CALLS.forEach((call) => wx[call]({ title, desc, link, imgUrl })));
}

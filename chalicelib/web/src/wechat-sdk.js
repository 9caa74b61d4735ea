/** WeChat's JS-SDK, loaded when it is first needed. */

const SDK = 'open/js/jweixin-1.6.0.js';

function script(address) {
  return new Promise((done, failed) => {
    const tag = document.createElement('script');
    Object.assign(tag, { src: address, onload: done, onerror: failed });
    document.head.append(tag);
  });
}

/** Resolves to `wx` when it is ready to be asked for `calls`. `sdk`: the server's signature of this page. */
export async function configured(sdk, calls) {
  if (!window.wx) await script('https://res.wx.qq.com/' + SDK).catch(() => script('https://res2.wx.qq.com/' + SDK));
  const { wx } = window;
  wx.config(Object.assign({ jsApiList: calls }, sdk));
  return new Promise((done) => wx.ready(() => done(wx)));
}

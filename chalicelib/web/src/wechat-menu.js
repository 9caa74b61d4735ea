/** Sharing by WeChat's own menu. */
import { configured } from './wechat-sdk.js';

const CALLS = ['updateAppMessageShareData', 'updateTimelineShareData'];

/** WeChat's own menu shares the participant's link from now on, instead of the page. `facts`: the answer of /api/share. */
export async function setShareMenu({ link, title, description: desc, image_url: imgUrl, sdk }) {
  const wx = await configured(sdk, CALLS);
  CALLS.forEach((call) => wx[call]({ title, desc, link, imgUrl }));
}

/** The card of a contest without sharing: the page itself, for everybody. `sdk`: the server's signature of this page. */
export function ownCard({ theme, account }, { sdk }) {
  const { origin } = location;
  return { link: origin + '/', title: theme, description: account + ' · 知识竞答', image_url: origin + '/static/share.png', sdk };
}

/** Sharing by WeChat's own menu. */
import { configured } from './wechat-sdk.js';

const CALLS = ['updateAppMessageShareData', 'updateTimelineShareData'];

/** WeChat's own menu shares the participant's link from now on, instead of the page. `facts`: the answer of /api/share. */
export async function setShareMenu({ link, title, description: desc, image_url: imgUrl, sdk }) {
  const wx = await configured(sdk, CALLS);
  CALLS.forEach((call) => wx[call]({ title, desc, link, imgUrl }));
}

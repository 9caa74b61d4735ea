/** The receipt of a transfer in WeChat: whether this version supports it, and its sheet. */
import { wait } from './wait.js';
import { configured } from './wechat-sdk.js';

const CALL = 'requestMerchantTransfer';
const READY_MS = 8000;
const CHECK_MS = 3000;

/** Whether WeChat supports receipts; true if it does not answer, since its sheet will. `sdk`: the server's signature of
 *  this page.
 *  Raises an object with the `code` `network` while WeChat is not ready. */
export async function knowsReceipts(sdk) {
  const wx = await Promise.race([configured(sdk, [CALL]), wait(READY_MS)]).catch(() => null);
  if (!wx || !window.WeixinJSBridge) throw { code: 'network' };
  const checked = new Promise((done) => wx.checkJsApi({ jsApiList: [CALL], success: done, fail: () => done(null) }));
  const answer = await Promise.race([checked, wait(CHECK_MS)]);
  return !answer || !answer.checkResult || Boolean(answer.checkResult[CALL]);
}

/** Opens WeChat's sheet; resolves to WeChat's answer when it is left. The package is passed on unchanged. */
export const openReceipt = ({ mch_id: mchId, app_id: appId, package: sealed }) =>
  new Promise((done) => window.WeixinJSBridge.invoke(CALL, { mchId, appId, package: sealed },
    (answer) => done(String((answer && answer.err_msg) || ''))));

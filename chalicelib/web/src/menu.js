/** The part that gives WeChat's own menu the participant's link; loaded by itself when the page is idle. See part.js. */
export { ownCard, setShareMenu } from './wechat-menu.js';

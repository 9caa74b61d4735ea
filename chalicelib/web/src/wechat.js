/** Whether this is WeChat's browser: only there can one sign in and share. */
export const IN_WECHAT = /MicroMessenger/i.test(navigator.userAgent);

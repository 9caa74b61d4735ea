/** Time: pure. Instants are milliseconds; dates are Shanghai's. */

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const SHANGHAI = 8 * HOUR;

/** 5 → "05". */
export const two = (number) => String(number).padStart(2, '0');

/** Server clock minus local clock, assuming that the answer was written halfway; 0 if unreadable. */
export function clockOffset(serverTime, sentAt, receivedAt) {
  const server = Date.parse(serverTime);
  return isNaN(server) ? 0 : server - (sentAt + receivedAt) / 2;
}

/** Rounded up, so that 0 shows only when it is over. */
export function countdown(milliseconds) {
  const left = Math.max(0, Math.ceil(milliseconds / SECOND));
  return {
    days: Math.floor(left / 86400),
    hours: two(Math.floor(left / 3600) % 24),
    minutes: two(Math.floor(left / 60) % 60),
    seconds: two(left % 60),
  };
}

/** "29:05". */
export function clockText(milliseconds) {
  const left = Math.max(0, Math.ceil(milliseconds / SECOND));
  return two(Math.floor(left / 60)) + ':' + two(left % 60);
}

/** "7月8日 00:00"; an exclusive end at midnight reads "7月14日 24:00". Takes milliseconds, too. */
export function dateText(iso, isEnd) {
  const instant = isNaN(iso) ? Date.parse(iso) : iso;
  if (isNaN(instant)) return '';
  const midnight = isEnd && (instant + SHANGHAI) % DAY === 0;
  const local = new Date(instant + SHANGHAI - (midnight ? DAY : 0));
  const clock = midnight ? '24:00' : two(local.getUTCHours()) + ':' + two(local.getUTCMinutes());
  return local.getUTCMonth() + 1 + '月' + local.getUTCDate() + '日 ' + clock;
}

/** "早上8点"; "明天早上8点" when it is not the day of `now`. */
export function hourText(iso, now) {
  const local = new Date(Date.parse(iso) + SHANGHAI);
  const hour = local.getUTCHours();
  const part = hour < 6 ? '凌晨' : hour < 9 ? '早上' : hour < 12 ? '上午' : hour < 13 ? '中午' : hour < 18 ? '下午' : '晚上';
  const minutes = local.getUTCMinutes();
  const today = Math.floor(local.getTime() / DAY) === Math.floor((now + SHANGHAI) / DAY);
  return (today ? '' : '明天') + part + (hour > 12 ? hour - 12 : hour) + '点' + (minutes ? two(minutes) + '分' : '');
}

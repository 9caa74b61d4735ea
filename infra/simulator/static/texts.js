// Pure functions: no DOM, no network.

const LINK = /<a\s+[^>]*?href\s*=\s*["']([^"']*)["'][^>]*>(.*?)<\/a>|(https?:\/\/[^\s<>"'，。；、！？）】》]+)/gis;

/** Splits a message into `{text}` and `{text, url}`: bare addresses, and the <a> that WeChat allows in replies. */
export function pieces(message) {
  const found = [];
  let from = 0;
  for (const match of message.matchAll(LINK)) {
    if (match.index > from) found.push({ text: message.slice(from, match.index) });
    const url = match[3] ?? match[1];
    const isWeb = /^https?:\/\//i.test(url);
    found.push(isWeb ? { text: match[3] ?? match[2], url } : { text: match[2] });
    from = match.index + match[0].length;
  }
  if (from < message.length) found.push({ text: message.slice(from) });
  return found;
}

/** 123 → "1.23" */
export const yuan = (fen) => `${Math.floor(fen / 100)}.${String(fen % 100).padStart(2, "0")}`;

/** The account's buttons, with our own way into the quiz in front where none of them leads to it. */
export function menuButtons(menu, baseUrl) {
  const buttons = menu?.button ?? [];
  const leads = (button) => button.url?.startsWith(baseUrl) || (button.sub_button ?? []).some(leads);
  const quiz = { name: "答题抽红包", type: "view", url: `${baseUrl}/`, quiz: true };
  return buttons.some(leads) ? buttons : [quiz, ...buttons];
}

export const PACKET_STATES = {
  SENT: "领取红包", RECEIVED: "已领取", SENDING: "发放中", FAILED: "发放失败", RFUND_ING: "退款中", REFUND: "已过期退回",
};

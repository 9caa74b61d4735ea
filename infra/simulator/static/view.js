// Draws; decides nothing. Texts of others enter as text nodes only.

import { PACKET_STATES, pieces, yuan } from "./texts.js";

export const byId = (id) => document.getElementById(id);

export function el(tag, props = {}, ...children) {
  const node = Object.assign(document.createElement(tag), props);
  node.append(...children);
  return node;
}

const avatar = (name, hue) => {
  const node = el("span", { className: "avatar", textContent: name.slice(0, 1) });
  node.dataset.hue = hue;
  return node;
};

export function drawPeople(people, currentId, seen, choose, add) {
  const buttons = people.map((person, index) => {
    const state = person.followed ? "已关注" : "未关注";
    const label = el("span", {}, person.name, el("small", { textContent: state }));
    const button = el("button", { type: "button", onclick: () => choose(person.id) }, avatar(person.name, index % 6), label);
    button.setAttribute("aria-pressed", String(person.id === currentId));
    button.dataset.person = person.id;
    const unread = person.last_seq - (seen.get(person.id) ?? 0);
    if (unread > 0 && person.id !== currentId) button.append(el("span", { className: "unread", textContent: unread }));
    return button;
  });
  const plus = el("button", { type: "button", className: "add", onclick: add }, avatar("+", 0), "新人");
  byId("people").replaceChildren(...buttons, plus);
  byId("people").querySelector("[aria-pressed=true]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
}

export function drawFriends(people, currentId) {
  const friends = people.filter((person) => person.id !== currentId);
  byId("forward-to").replaceChildren(...friends.map((p) => el("option", { value: p.id, textContent: p.name })));
}

export function drawChat(person, hue, href, openPacket) {
  const chat = byId("chat");
  const mine = () => avatar(person.name, hue);
  const nodes = person.chat.map((entry) => drawEntry(entry, mine, href, openPacket));
  if (!nodes.length) nodes.push(el("p", { className: "empty", textContent: "还没有消息。点右上角“扫码关注”。" }));
  chat.replaceChildren(...nodes);
  chat.scrollTop = chat.scrollHeight;
}

function drawEntry(entry, mine, href, openPacket) {
  if (entry.direction === "note") return el("p", { className: `note ${entry.type}`, textContent: entry.text });
  const out = entry.direction === "out";
  const account = el("span", { className: "avatar account", textContent: "信" });
  const friend = entry.sender ? avatar(entry.sender, 5) : account;
  return el("div", { className: `message ${out ? "out" : "in"}` }, out ? mine() : friend, drawBody(entry, href, openPacket));
}

function drawBody(entry, href, openPacket) {
  if (entry.type === "red_packet") return drawPacket(entry, openPacket);
  if (entry.type === "transfer") {
    const words = el("span", {}, el("strong", { textContent: `￥${yuan(entry.amount_fen)}` }), el("small", { textContent: entry.text }));
    const face = el("span", { className: "face" }, el("span", { className: "coin", textContent: "✓" }), words);
    return el("div", { className: "red-packet opened" }, face, el("span", { className: "foot", textContent: "商家转账 · 已存入零钱" }));
  }
  if (entry.type === "share") {
    const link = el("a", { className: "shared", target: "_blank", rel: "noopener", href: href(entry.text) });
    link.append(el("strong", { textContent: `${entry.sender}：一起来答题` }), el("small", { textContent: entry.text }));
    return link;
  }
  const parts = pieces(entry.text).map(({ text, url }) =>
    url ? el("a", { textContent: text, href: href(url), target: "_blank", rel: "noopener" }) : text);
  return el("div", { className: "bubble" }, ...parts);
}

function drawPacket(entry, openPacket) {
  const opened = entry.status !== "SENT";
  const state = opened ? `${PACKET_STATES[entry.status]} · ￥${yuan(entry.amount_fen)}` : `￥${yuan(entry.amount_fen)}`;
  const words = el("span", {}, el("strong", { textContent: entry.text || "恭喜发财，大吉大利" }), el("small", { textContent: state }));
  const face = el("span", { className: "face" }, el("span", { className: "coin", textContent: "￥" }), words);
  const button = el("button", { type: "button", className: `red-packet${opened ? " opened" : ""}`, onclick: () => openPacket(entry) });
  button.append(face, el("span", { className: "foot", textContent: "微信红包" }));
  button.dataset.billno = entry.mch_billno;
  return button;
}

export function drawMenu(buttons, press) {
  byId("menu").replaceChildren(...buttons.map((button) => {
    const more = button.sub_button?.length ? "≡ " : "";
    const kind = button.quiz || /答题|红包/.test(button.name) ? "quiz" : "";
    return el("button", { type: "button", className: kind, textContent: more + button.name, onclick: () => press(button) });
  }));
}

/** Asks for one of `[label, action]` from below. */
export function ask(title, choices) {
  const sheet = byId("sheet");
  const close = () => { sheet.hidden = true; };
  const buttons = choices.map(([label, action]) =>
    el("button", { type: "button", textContent: label, onclick: () => { close(); action(); } }));
  const cancel = el("button", { type: "button", className: "cancel", textContent: "取消", onclick: close });
  sheet.replaceChildren(el("div", {}, el("h2", { textContent: title }), ...buttons, cancel));
  sheet.onclick = (event) => { if (event.target === sheet) close(); };
  sheet.hidden = false;
}

export function showPacket(entry, open) {
  const cover = byId("packet");
  const close = el("button", { type: "button", className: "close", textContent: "×", ariaLabel: "关闭", onclick: () => { cover.hidden = true; } });
  const head = el("h2", { textContent: `${entry.send_name}的红包` });
  const received = entry.status === "RECEIVED";
  const middle = received
    ? el("div", { className: "amount" }, yuan(entry.amount_fen), el("span", { textContent: "元" }))
    : el("p", { textContent: entry.text });
  const foot = received
    ? el("small", { textContent: "已存入零钱（模拟）" })
    : el("button", { type: "button", className: "open", textContent: "開", onclick: open });
  cover.replaceChildren(el("div", { className: "envelope" }, close, head, middle, foot));
  cover.hidden = false;
}

export function toast(text) {
  const node = byId("toast");
  node.textContent = text;
  node.hidden = false;
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => { node.hidden = true; }, 2500);
}

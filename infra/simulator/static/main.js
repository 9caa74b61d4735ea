// The phone: who holds it, what is tapped, and a look at the simulator every second.

import * as api from "./api.js";
import { menuButtons } from "./texts.js";
import { ask, byId, drawChat, drawFriends, drawMenu, drawPeople, showPacket, toast } from "./view.js";

const POLL_MS = 1000;
const ACCOUNT_MS = 5000;
const seen = new Map();
const drawn = {};
let current = new URLSearchParams(location.search).get("person") ?? "p1";
let account = { public_base_url: "", scenes: [], menu: null };

/** Draws a part only when what it shows has changed, so that taps and scrolling are not disturbed. */
function whenChanged(part, value, draw) {
  const text = JSON.stringify(value);
  if (drawn[part] === text) return;
  drawn[part] = text;
  draw();
}

const href = (url) => (url.startsWith(`${account.public_base_url}/`) || url === account.public_base_url
  ? api.enterUrl(current, url) : url);

async function refresh() {
  const id = current;
  const people = await api.people();
  if (!people.some((one) => one.id === id)) return choose(people[0].id);
  const person = await api.person(id);
  if (id !== current) return;
  seen.set(id, person.last_seq);
  const hue = Math.max(0, people.findIndex((one) => one.id === id)) % 6;
  whenChanged("people", [people, id, [...seen]], () => drawPeople(people, id, seen, choose, add));
  whenChanged("friends", [people.map((one) => one.name), id], () => drawFriends(people, id));
  whenChanged("chat", [id, person.chat, account.public_base_url], () => drawChat(person, hue, href, tapPacket));
  drawFollow(person);
  if (document.activeElement !== byId("wechat")) byId("wechat").value = person.wechat;
}

function drawFollow(person) {
  const button = byId("follow");
  button.textContent = person.followed ? "取消关注" : "扫码关注";
  button.classList.toggle("off", person.followed);
  button.onclick = person.followed ? askUnfollow : askFollow;
  for (const input of byId("say").elements) input.disabled = !person.followed;
  byId("say-text").placeholder = person.followed ? "发消息" : "关注后才能发消息";
}

async function refreshClock(asked = api.clock()) {
  const { now, can_be_set: canBeSet } = await asked;
  byId("clock").textContent = now.slice(0, 16).replace("T", " ");
  byId("clock-buttons").hidden = !canBeSet;
}

async function refreshAccount() {
  account = await api.account();
  byId("account-name").textContent = account.name;
  byId("account-theme").textContent = account.theme;
  whenChanged("menu", account.menu ?? account.public_base_url,
    () => drawMenu(menuButtons(account.menu, account.public_base_url), press));
}

function choose(id) {
  current = id;
  byId("packet").hidden = byId("sheet").hidden = true;
  history.replaceState(null, "", `?person=${encodeURIComponent(id)}`);
  guard(refresh);
}

const add = () => guard(async () => choose((await api.addPerson()).id));

const act = (action, body) => guard(async () => {
  const waiting = api.act(current, action, body);
  await refresh();
  const delivery = await waiting;
  await refresh();
  if (delivery.delivered === false) toast("公众号没有应答");
});

function askFollow() {
  const codes = account.scenes.map((scene) => [`扫二维码：${scene}`, () => act("follow", { scene })]);
  ask("扫码关注公众号", [["扫公众号的二维码", () => act("follow")], ...codes]);
}

function askUnfollow() {
  const codes = account.scenes.map((scene) => [`再扫二维码：${scene}`, () => act("follow", { scene })]);
  ask("已关注", [["不再关注", () => act("unfollow")], ...codes]);
}

function press(button) {
  if (button.sub_button?.length) {
    ask(button.name, button.sub_button.map((child) => [child.name, () => press(child)]));
  } else if (button.type === "click") {
    act("click", { key: button.key });
  } else if (button.url) {
    // Opened in the tap itself: a window that is opened later would be blocked.
    window.open(href(button.url), "_blank", "noopener");
    if (!button.quiz) act("view", { url: button.url });
  } else {
    toast("模拟器不支持这种菜单");
  }
}

function tapPacket(entry) {
  if (!["SENT", "RECEIVED"].includes(entry.status)) return;
  showPacket(entry, () => guard(async () => {
    const opened = await api.openPacket(current, entry.mch_billno);
    showPacket({ ...entry, status: opened.status });
    await refresh();
  }));
}

async function guard(work) {
  try {
    await work();
  } catch (error) {
    toast(error instanceof TypeError ? "模拟器没有应答" : error.message);
  }
}

byId("say").addEventListener("submit", (event) => {
  event.preventDefault();
  const content = byId("say-text").value.trim();
  byId("say-text").value = "";
  if (content) act("text", { content });
});
byId("wechat").addEventListener("change", (event) => {
  act("wechat", { wechat: event.target.value });
  event.target.blur();
});
byId("clock-buttons").addEventListener("click", (event) => {
  const seconds = Number(event.target.dataset.forward);
  if (seconds) guard(() => refreshClock(api.setForward(seconds)));
});
byId("quick").addEventListener("click", () => act("text", { content: "答题" }));
byId("forward").addEventListener("submit", (event) => {
  event.preventDefault();
  const { url, to } = Object.fromEntries(new FormData(event.target));
  event.target.reset();
  act("share", { url, to });
});

/** Again and again, never twice at once; a simulator that went away is waited for. */
async function repeat(work, pause) {
  try {
    await work();
  } catch {
    // The next round asks again.
  }
  setTimeout(() => repeat(work, pause), pause);
}

repeat(refreshAccount, ACCOUNT_MS);
repeat(() => refreshClock(), ACCOUNT_MS);
repeat(refresh, POLL_MS);

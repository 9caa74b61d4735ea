// All fetching is here. A call that fails throws an Error whose message can be shown.

async function call(method, path, body) {
  const answer = await fetch(path, {
    method,
    headers: body ? { "Content-Type": "application/json" } : {},
    body: body ? JSON.stringify(body) : undefined,
  });
  if (!answer.ok) throw new Error(`模拟器答复 ${answer.status}`);
  return answer.json();
}

const at = (id, what = "") => `/sim/people/${encodeURIComponent(id)}${what}`;

export const clock = () => call("GET", "/sim/clock");
export const setForward = (seconds) => call("POST", "/sim/clock", { seconds });
export const account = () => call("GET", "/sim/account");
export const people = async () => (await call("GET", "/sim/people")).people;
export const person = (id) => call("GET", at(id));
export const addPerson = () => call("POST", "/sim/people", {});
export const act = (id, action, body = {}) => call("POST", at(id, `/${action}`), body);
export const openPacket = (id, billno) => call("POST", at(id, `/packets/${encodeURIComponent(billno)}/open`), {});

/** The address that makes this browser the person's phone and goes on to a page of the application. */
export const enterUrl = (id, url) => `/sim/enter?${new URLSearchParams({ person: id, to: url })}`;

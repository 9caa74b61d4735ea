/** All requests to the server. Every call may be repeated: a draw writes nothing, and a repeated submission, claim or
 *  choice of a unit gets the same answer. */
import { wait, within } from './wait.js';

// WAITS: see waits.json, and infra/build/esbuild.py, which puts them in.
const ENTRY = '/api/me';

export const NO_NETWORK = '网络不稳定，请检查后重试。';
const BUSY = '系统繁忙，请稍后再试。';

/** `code` as in the contract, or `network`; `message` is for the participant. `retryAfter`: milliseconds
 *  to wait before the next request, as the server asks; 0 if it asks for none. */
export class ApiError extends Error {
  constructor(code, message, retryAfter) {
    super(message || BUSY);
    this.code = code;
    this.retryAfter = retryAfter || 0;
  }
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch (unreadable) {
    return null;
  }
}

/** `error` for the participant: a fault of the page itself has no words for them. */
export const told = (error) => (typeof error.code === 'string' ? error : new ApiError('internal', '页面出错了，请重试。'));

/** A gateway's own error page has no code, so its status decides. */
function errorFrom({ status, headers }, data) {
  const retryAfter = Math.min(WAITS.MOST_PATIENCE_MS, 1000 * headers.get('Retry-After')) || 0;
  const { code, message } = (data && data.error) || {};
  const own = status === 429 ? 'too_many_requests' : status >= 502 && status <= 504 ? 'try_again' : 'internal';
  return new ApiError(code || own, code && message, retryAfter);
}

/** `{response, sentAt, receivedAt}`, times in local milliseconds. boot.js has sent the first request for ENTRY. */
function send(path, options) {
  const { entry } = window;
  if (entry && path === ENTRY) {
    window.entry = null;
    return entry;
  }
  const sentAt = Date.now();
  return fetch(path, options).then((response) => ({ response, sentAt, receivedAt: Date.now() }));
}

async function exchange(method, path, body, patience) {
  // Chromium 64 has none.
  const abort = window.AbortController && new AbortController();
  const options = { method, credentials: 'same-origin', signal: abort ? abort.signal : null };
  if (body) {
    options.headers = { 'Content-Type': 'application/json' };
    options.body = JSON.stringify(body);
  }
  const read = async ({ response, sentAt, receivedAt }) => ({ response, sentAt, receivedAt, text: await response.text() });
  try {
    return await within(patience || WAITS.TIMEOUT_MS, send(path, options).then(read));
  } catch (failure) {
    if (abort) abort.abort();
    throw new ApiError('network', NO_NETWORK);
  }
}

/** One exchange, of `exchange`'s arguments: `{data, sentAt, receivedAt}`, or an ApiError with the same. */
async function once(...call) {
  const { response, sentAt, receivedAt, text } = await exchange(...call);
  const data = parse(text);
  const received = { data, sentAt, receivedAt };
  if (!response.ok || !data) throw Object.assign(errorFrom(response, data), received);
  return received;
}

// Jitter also beyond the server's time: at the opening many people are refused in the same second.
const pause = ({ retryAfter }) => wait(retryAfter + WAITS.RETRY_AFTER_MS + Math.random() * WAITS.JITTER_MS);

async function request(...call) {
  try {
    return await once(...call);
  } catch (error) {
    if (error.code !== 'network' && error.code !== 'try_again') throw error;
    await pause(error);
    return once(...call);
  }
}

/** One call (method, path, body, patience) that may be repeated; returns the answer's object. `patience`: milliseconds, if the answer is large. Raises
 *  an ApiError. */
export const data = (...call) => request(...call).then((answer) => answer.data);

/** The first view's data: `{contest, me, sentAt, receivedAt}`, `me` null when not signed in: that refusal carries the contest. */
export async function loadEntry() {
  const answer = await request('GET', ENTRY).catch((error) => {
    if (error.code !== 'not_signed_in' || !error.data.contest) throw error;
    return error;
  });
  const { data, sentAt, receivedAt } = answer;
  return { contest: data.contest, me: data.error ? null : data, sentAt, receivedAt };
}

export const draw = () => data('POST', '/api/attempts', {});

/** A call that signs this page for WeChat's JS-SDK. */
const signed = (path) => data('GET', path + '?url=' + encodeURIComponent(location.href.split('#')[0]));

/** `{sdk}` alone: for the receipt of money, and for a contest without sharing. */
export const sdk = () => signed('/api/sdk');

let shared = null;

/** The data for sharing this page. Requested once, and again after a failure. */
export function share() {
  if (!shared) {
    shared = signed('/api/share');
    shared.catch(() => { shared = null; });
  }
  return shared;
}

/** Alone in talking to the server. Every call may be repeated: a draw writes nothing, and a
 *  submission, a claim or a unit asked for again answers the same. */

const TIMEOUT_MS = 8000;
const RETRY_AFTER_MS = 400;
const JITTER_MS = 1200;

export const NO_NETWORK = '网络不稳定，请检查后重试。';
const BUSY = '系统繁忙，请稍后再试。';

/** `code` as in the contract, or `network` with status 0; `message` is for the participant. */
export class ApiError extends Error {
  constructor(code, message, status) {
    super(message || BUSY);
    this.name = 'ApiError';
    this.code = code;
    this.status = status;
  }
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch (unreadable) {
    return null;
  }
}

/** A gateway's own page carries no code, so its status decides. */
function errorFrom(status, data) {
  if (data && data.error && data.error.code) {
    return new ApiError(data.error.code, data.error.message, status);
  }
  if (status === 429) return new ApiError('too_many_requests', '', status);
  if (status >= 502 && status <= 504) return new ApiError('try_again', '', status);
  return new ApiError('internal', '', status);
}

async function exchange(method, path, body) {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), TIMEOUT_MS);
  const options = { method, credentials: 'same-origin', signal: abort.signal };
  if (body) {
    options.headers = { 'Content-Type': 'application/json' };
    options.body = JSON.stringify(body);
  }
  try {
    const response = await fetch(path, options);
    return { status: response.status, ok: response.ok, text: await response.text() };
  } catch (failure) {
    throw new ApiError('network', NO_NETWORK, 0);
  } finally {
    clearTimeout(timer);
  }
}

/** One exchange: `{data, sentAt, receivedAt}` in local milliseconds, or an ApiError. */
async function once(method, path, body) {
  const sentAt = Date.now();
  const answer = await exchange(method, path, body);
  const data = parse(answer.text);
  if (!answer.ok || !data) throw errorFrom(answer.status, data);
  return { data, sentAt, receivedAt: Date.now() };
}

// Jitter, because at the opening a whole district is refused in the same second.
const pause = () =>
  new Promise((done) => setTimeout(done, RETRY_AFTER_MS + Math.random() * JITTER_MS));

async function request(method, path, body) {
  try {
    return await once(method, path, body);
  } catch (error) {
    if (error.code !== 'network' && error.code !== 'try_again') throw error;
    await pause();
    return once(method, path, body);
  }
}

const data = (method, path, body) => request(method, path, body).then((answer) => answer.data);

/** What the first view needs: `{contest, me, sentAt, receivedAt}`, `me` null when not signed in. */
export async function loadEntry() {
  try {
    const { data: me, sentAt, receivedAt } = await request('GET', '/api/me');
    return { contest: me.contest, me, sentAt, receivedAt };
  } catch (error) {
    if (error.code !== 'not_signed_in') throw error;
    const { data: contest, sentAt, receivedAt } = await request('GET', '/api/contest');
    return { contest, me: null, sentAt, receivedAt };
  }
}

export const draw = () => data('POST', '/api/attempts', {});

export const submit = (attemptId, attempt, answers) =>
  data('POST', '/api/attempts/' + encodeURIComponent(attemptId) + '/submission', { attempt, answers });

export const claim = (attemptId) => data('POST', '/api/claims', { attempt_id: attemptId });

export const loadUnits = () => data('GET', '/api/units').then((body) => body.units);

let shared = null;

/** What is needed to hand this page on. Asked once, and again after a failure. */
export function share() {
  if (!shared) {
    shared = data('GET', '/api/share?url=' + encodeURIComponent(location.href.split('#')[0]));
    shared.catch(() => { shared = null; });
  }
  return shared;
}

export const chooseUnit = (unit) => data('PUT', '/api/me/unit', { unit });

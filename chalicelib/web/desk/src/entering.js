// The entry page: exchanges the token behind # for a session. The token leaves the address and the history at once.
const told = document.getElementById('entering');
const pinForm = document.getElementById('pin');

if (told) enter(location.hash.slice(1));

function enter(token) {
  if (!token) return resume();
  history.replaceState(null, '', location.pathname);
  pinForm.addEventListener('submit', (event) => {
    event.preventDefault();
    exchange(token, pinForm.elements.pin.value.trim());
  });
  return exchange(token, '');
}

// Without a token: somebody who has a session already goes on.
async function resume() {
  const answer = await ask('/desk/session');
  if (answer.to) location.replace(answer.to);
  else refuse(answer.error.message);
}

async function exchange(token, pin) {
  say('正在进入…', '');
  const body = JSON.stringify({ token, pin });
  const answer = await ask('/desk/session', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
  // The wall's board keeps the token, to enter again by itself.
  if (answer.to) return location.replace(answer.to === '/desk/board' ? `${answer.to}#${token}` : answer.to);
  const { code, message } = answer.error;
  if (code === 'pin_needed') {
    pinForm.hidden = false;
    say(message, '');
  } else refuse(message);
  pinForm.hidden = pinForm.hidden || code === 'locked';
  if (!pinForm.hidden) {
    pinForm.elements.pin.value = '';
    pinForm.elements.pin.focus();
  }
}

async function ask(path, options = {}) {
  try {
    const answer = await fetch(path, { credentials: 'same-origin', ...options });
    return await answer.json();
  } catch (error) {
    return { error: { code: 'offline', message: '网络不通，请刷新后再试。' } };
  }
}

function refuse(message) {
  say('', message);
}

function say(progress, refusal) {
  told.textContent = progress;
  document.getElementById('refusal').textContent = refusal;
}

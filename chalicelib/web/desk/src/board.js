// The wall's board: its numbers again each minute. It is left alone for days: it goes on after faults of the network, and
// renews its session with the token that its address keeps behind #.
const board = document.getElementById('board');
const MINUTE = 60000;
const LATE = 3 * MINUTE;
let shown = Date.now();

if (board) setInterval(refresh, MINUTE);

async function refresh() {
  try {
    let answer = await fetch('/desk/board.json', { credentials: 'same-origin' });
    if (answer.status === 401 && (await renew())) answer = await fetch('/desk/board.json', { credentials: 'same-origin' });
    const found = await answer.json();
    if (answer.ok) show(found);
    else complain(found.error.message);
  } catch (error) {
    complain('网络不通。');
  }
}

async function renew() {
  const body = JSON.stringify({ token: location.hash.slice(1), pin: '' });
  const headers = { 'Content-Type': 'application/json' };
  const answer = await fetch('/desk/session', { method: 'POST', credentials: 'same-origin', headers, body });
  return answer.ok;
}

function show(found) {
  shown = Date.now();
  document.getElementById('board-fault').textContent = '';
  for (const place of board.querySelectorAll('[data-board]')) {
    const value = found[place.dataset.board];
    place.textContent = value === null ? '—' : typeof value === 'number' ? grouped(value) : value;
  }
  const kinds = found.kinds.filter((kind) => kind.units.length).map(column);
  const place = document.getElementById('board-kinds');
  place.textContent = '';
  kinds.forEach((one) => place.appendChild(one));
}

function column(kind) {
  const rows = kind.units.map((unit) => made('li', made('i', unit.rank), made('span', unit.name), made('b', grouped(unit.people))));
  return made('section', made('h2', kind.name), made('ol', ...rows));
}

function made(tag, ...parts) {
  const element = document.createElement(tag);
  element.append(...parts);
  return element;
}

// Passing trouble is not shown: the numbers are those of a minute or two ago, and the time beside them says so.
function complain(text) {
  if (Date.now() - shown < LATE) return;
  document.getElementById('board-fault').textContent = `数字没有更新：${text}`;
}

function grouped(value) {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

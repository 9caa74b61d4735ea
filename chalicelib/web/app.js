/** What is known, the screens drawn from it, what the buttons do. Alone in touching the DOM. */
import * as api from '/static/api.js';
import * as logic from '/static/logic.js';

const SIGN_IN = '/oauth/start?next=/';
const STORE = 'quiz';
const STALE_MS = 60000;
const COIN_MS = 1100;
const RETURN_MS = 3000;
const LAST_MINUTE = 60000;
const EXPIRED = { code: 'attempt_expired', message: '答题超时，这份答卷不计成绩，机会不受影响。' };

const IN_WECHAT = /MicroMessenger/i.test(navigator.userAgent);
const REMEDY = { retry: '重试', restart: '重新抽题', signin: '重新登录', home: '返回首页' };

const main = document.getElementById('app');
const live = document.getElementById('live');

const state = {
  contest: null, me: null, offset: 0, loadedAt: 0, failure: null,
  quiz: null, result: null, packet: null, problem: null, screen: 'loading',
  leaving: false, warned: false, picker: null, units: null, busy: false, share: null, inMenu: false,
};

const now = () => Date.now() + state.offset;
const calm = () => matchMedia('(prefers-reduced-motion: reduce)').matches;
const say = (text) => { live.textContent = text; };
const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

/** h('p.dim', {attribute: value}?, child…): strings become text; null and false are left out. */
function h(spec, ...children) {
  const first = children[0];
  const plain = first && first.constructor === Object;
  const attributes = plain ? children.shift() : {};
  const [tag, ...classes] = spec.split('.');
  const element = document.createElement(tag);
  if (classes.length) element.className = classes.join(' ');
  Object.keys(attributes).forEach((name) => {
    if (attributes[name] !== null) element.setAttribute(name, attributes[name]);
  });
  children.forEach((child) => {
    if (Array.isArray(child)) element.append(...child.filter(Boolean));
    else if (child || child === 0) element.append(child);
  });
  return element;
}

const button = (action, label, style, more) =>
  h('button.' + (style || 'main'), Object.assign({ type: 'button', 'data-action': action }, more), label);
const title = (text, style) => h(style ? 'h1.' + style : 'h1', { tabindex: -1 }, text);
const card = (...children) => h('section.card', ...children);
const section = (name, ...children) => card(h('h2', name), ...children);
const list = (tag, items) => h(tag, null, items.map((item) => h('li', item)));
const pairs = (facts) =>
  h('dl.facts', facts.map(([name, value]) => h('div', h('dt', name), h('dd', value))));

function hero() {
  const { contest } = state;
  const theme = title('', 'theme');
  (contest.theme || '信用知识竞赛').split(/\s+/).forEach((phrase) => theme.append(h('span', phrase)));
  return h('header.hero',
    h('span.mark', { 'aria-hidden': 'true' }, '信'),
    h('p.chip', (contest.account ? contest.account + ' · ' : '') + '有奖知识竞答'),
    theme,
    h('p.when', logic.dateText(contest.opens_at) + ' — ' + logic.dateText(contest.closes_at, true)));
}

const bar = (text) =>
  h('header.bar', button('home', '返回', 'back', { 'aria-label': '返回首页' }), title(text));

function tabs() {
  const tab = (action, label, here) =>
    button(action, label, 'tab', here && { 'aria-current': 'page' });
  const at = state.screen;
  return h('nav.tabs', { 'aria-label': '页面' },
    tab('home', '首页', at !== 'record' && at !== 'rules'),
    state.me && tab('record', '我的', at === 'record'),
    tab('rules', '规则', at === 'rules'));
}

function problem() {
  if (!state.problem) return null;
  const { code, message } = state.problem.error;
  return h('div.problem', { role: 'alert', 'data-code': code }, h('p', message), remedy(code, 'small'));
}

function remedy(code, style) {
  const action = logic.remedy(code);
  return button(action, REMEDY[action], style);
}

const howTo = () => section('如何参加', list('ol', logic.howTo(state.contest)));

function prizes() {
  const facts = logic.prizeFacts(state.contest);
  return section('奖项设置', facts.length ? pairs(facts) : null,
    h('p.dim', '现金红包，金额随机，发完为止。'));
}

function organisers() {
  const rows = state.contest.organisers || [];
  return rows.length ? h('footer.org', rows.map((row) => h('p', row.role + '：' + row.name))) : null;
}

function pool() {
  const level = state.contest.prizes;
  return logic.POOL[level]
    ? h('p.pool.' + level, { 'data-pool': level }, h('i', { 'aria-hidden': 'true' }), logic.POOL[level]) : null;
}

const figures = (me) => pairs([
  ['已答次数', me.attempts + ' 次'],
  ['最好成绩', me.attempts ? me.best_score + ' 题' : '—'],
  ['剩余机会', logic.chancesLeft(me) + ' 次'],
]);

const claimStatus = (claim) => logic.claimStatus(claim.status, state.contest.paid_from, now());

function claimRows(claims) {
  return h('ul.claims', claims.slice().reverse().map((claim) => {
    const [label, sentence] = claimStatus(claim);
    return h('li', { 'data-status': claim.status },
      h('p', h('b', '¥' + logic.yuan(claim.amount_fen)), h('span.tag', label)),
      h('p.dim', sentence), h('p.dim', logic.dateText(claim.claimed_at)));
  }));
}

const mayShare = () => logic.mayShare(state.contest, state.me, now());

const shareCard = () =>
  mayShare() && card(h('p.row', '分享给好友', button('share', '分享', 'small', { 'aria-label': '分享给好友' })));

const home = (...cards) =>
  [hero(), h('div.sheet', problem(), ...cards), organisers(), tabs()];

// screens at home

const views = {};

views.before = () => home(
  card(h('h2.center', '距离开始还有'),
    h('div.count', { role: 'timer', 'data-until': state.contest.opens_at },
      ...['天', '时', '分', '秒'].map((unit) => h('span', h('b', '–'), unit))),
    h('p.dim.center', '到点自动开放，无需刷新页面')),
  howTo(), prizes());

views.signin = () => home(
  card(h('h2.center', '登录后开始答题'), pool(),
    h('p.dim.center', '只确认身份，不获取昵称和头像。'),
    button('signin', '微信登录')), howTo(), prizes());

views.notfollowing = () => home(
  card(h('h2.center', '关注公众号即可参加'),
    h('p', '在微信顶部搜索“' + (state.contest.account || '活动公众号') + '”，进入后点“关注”，再回来答题。'),
    button('retry', '我已关注，继续')), howTo(), prizes());

views.paused = () => home(
  card(h('h2.center', '活动暂停中'),
    h('p.center', '您的成绩、机会和红包都已保存，请稍后再来。'), button('retry', '刷新看看')),
  prizes());

views.closed = () => {
  const claims = state.me ? state.me.claims : [];
  return home(
    card(h('h2.center', '竞答已结束，感谢参与'),
      h('p.center', '知信、用信、守信，从每一天做起。'),
      state.me ? figures(state.me) : button('signin', '登录查看我的红包', 'line')),
    claims.length ? section('我的红包', claimRows(claims)) : null);
};

views.home = () => {
  const { contest, me } = state;
  const { kind, title: name, text } = logic.standing(contest, me);
  const packet = kind === 'packet';
  const lead = h('section.card.lead', { 'data-standing': kind },
    packet && h('span.envelope', { 'aria-hidden': 'true' }, '開'),
    h('h2', name), h('p', text),
    packet && button('claim', '开红包', 'gold'), ...startButtons(packet ? 'line' : 'main'));
  return home(lead, card(figures(me), pool()),
    shareCard(),
    me.unit ? null : card(h('p.row', '代表单位参加？', button('record', '登记我的单位', 'small'))),
    howTo(), prizes());
};

function startButtons(style) {
  if (!state.quiz) return [button('start', state.me.attempts ? '再答一次' : '开始答题', style)];
  const { done, total } = logic.progress(state.quiz);
  return [button('start', '继续答题（已答 ' + done + '/' + total + '）', style),
    button('restart', '放弃这份，重新抽题', 'text')];
}

views.question = () => {
  const { quiz } = state;
  if (state.leaving) return leaveView();
  return quiz.sent || quiz.index >= quiz.questions.length ? overview() : question();
};

function quizBar(text) {
  const { quiz, contest } = state;
  const { done, total } = logic.progress(quiz);
  const meter = h('div.meter', { role: 'progressbar', 'aria-label': '已答', 'aria-valuemax': total, 'aria-valuenow': done },
    h('i'));
  meter.firstChild.style.width = (100 * done) / total + '%';
  return h('header.quiz', h('p.row', button('home', '退出', 'back', { 'aria-label': '退出答题' }),
    h('span', text),
    h('span.left', { role: 'timer', 'aria-label': '剩余时间', 'data-left': logic.deadline(quiz, contest) }, '')), meter);
}

function question() {
  const { quiz } = state;
  const { stem, options, id } = quiz.questions[quiz.index];
  const last = quiz.index === quiz.questions.length - 1;
  const chosen = quiz.answers[id];
  return [quizBar('第 ' + (quiz.index + 1) + ' / ' + quiz.questions.length + ' 题'),
    h('div.body', problem(), title(stem, 'stem'),
      h('div.options', { role: 'group', 'aria-label': '选项，单选' }, options.map((option, at) =>
        h('button.option', { type: 'button', 'data-action': 'choose', 'data-key': option.key, 'aria-pressed': option.key === chosen ? 'true' : 'false' },
          h('b', { 'aria-hidden': 'true' }, 'ABCDEFGH'[at] || '·'), h('span', option.text))))),
    h('nav.steps', { 'aria-label': '题目' },
      button('prev', '上一题', 'line', quiz.index ? null : { disabled: '' }),
      button('next', last ? '检查并交卷' : '下一题', chosen ? 'main' : 'line'))];
}

function overview() {
  const { quiz } = state;
  const missing = logic.unanswered(quiz);
  const note = quiz.sent ? '没有收到回音，请重新交卷，不会重复计算。'
    : missing.length ? '还有 ' + missing.length + ' 题未答，未答按答错计。' : '全部答完，可以交卷了。';
  const cell = (item, at) => button('goto', String(at + 1), quiz.answers[item.id] ? 'cell.done' : 'cell',
    { 'data-at': at, disabled: quiz.sent ? '' : null, 'aria-label': at + 1 + (quiz.answers[item.id] ? ' 已答' : ' 未答') });
  return [quizBar('交卷前检查'),
    h('div.body', problem(), title(missing.length ? '检查一下答案' : '准备交卷'), h('p', note),
      h('div.cells', quiz.questions.map(cell))),
    h('nav.steps', { 'aria-label': '交卷' },
      quiz.sent ? null : button('prev', '返回题目', 'line'),
      button('submit', quiz.sent ? '重新交卷' : '交卷'))];
}

const leaveView = () => [h('div.body.leave', title('先离开答题吗？'),
  h('p', '还没有交卷。答案会保留，在 ',
    h('b', { role: 'timer', 'data-left': logic.deadline(state.quiz, state.contest) }, ''), ' 之内回来可以继续。'),
  button('stay', '继续答题'), button('leave', '先离开', 'line'))];

views.result = () => {
  const { result: { quiz, graded: { score, passed } }, contest } = state;
  const total = quiz.questions.length;
  const { kind, text } = logic.standing(contest, state.me);
  const opens = passed && (packetOpened() || kind === 'packet');
  const ring = h('p.ring', h('b', String(score)), '/ ' + total);
  ring.style.setProperty('--part', (360 * score) / total + 'deg');
  return [bar(passed ? '恭喜，答题达标' : '还差一点'),
    h('div.sheet', problem(),
      h('section.card.score', { 'data-passed': String(passed) }, ring,
        h('p', opens ? '达标一次，可开一个红包。' : passed ? text : '再答对 ' + (contest.pass_mark - score) + ' 题就达标，可以马上再来。'),
        opens && button('claim', packetOpened() ? '查看红包' : '开红包', 'gold'),
        button('start', '再答一次', opens ? 'line' : 'main')),
      shareCard(),
      h('h2.loose', '答案与解析'),
      ...logic.reviewOf(quiz, state.result.graded).map(reviewRow))];
};

const packetOpened = () =>
  state.packet && state.packet.claim && state.packet.attemptId === state.result.quiz.attempt_id;

function reviewRow(row, at) {
  const line = (name, text, style) => text && h(style || 'p', null, h('b', name), text);
  return h('details.card.review', { open: row.right ? null : '', 'data-right': String(row.right) },
    h('summary', h('i', { 'aria-hidden': 'true' }, row.right ? '✓' : '✗'),
      h('span', at + 1 + '. ' + row.stem, h('span.sr', row.right ? '，答对' : '，答错'))),
    line('您的选择', row.chosen || '未作答'), line('正确答案', row.correct, 'p.good'),
    line('解析', row.explanation), line('依据', row.source, 'p.dim'));
}

views.packet = () => {
  const { claim } = state.packet;
  if (claim) return openedPacket(claim);
  // Refused for good: nothing invites any more.
  const shut = state.problem && logic.remedy(state.problem.error.code) === 'home';
  return [bar('开红包'), h('div.stage', problem(),
    h('div.packet', h('i.flap'), h('p.from', state.contest.theme),
      button('open', '開', 'coin', { 'aria-label': '拆开红包', disabled: shut ? '' : null })),
    shut ? null : h('p.hint', '点一下“開”，拆开您的红包'))];
};

function openedPacket(claim) {
  const [label, sentence] = claimStatus(claim);
  const sparks = state.packet.fresh && !calm() ? Array.from({ length: 8 }, () => h('i')) : [];
  return [bar('我的红包'), h('div.stage.opened', problem(),
    h('div.sparks', { 'aria-hidden': 'true' }, sparks),
    h('div.packet', h('i.flap'),
      h('div.slip', h('p', '恭喜您获得'),
        h('p.amount', { 'data-amount': claim.amount_fen }, h('small', '¥'), logic.yuan(claim.amount_fen)),
        h('p.tag', label)),
      h('p.from', state.contest.theme)),
    h('p.hint', { 'data-status': claim.status }, sentence),
    button('record', '查看我的记录', 'gold'), mayShare() && button('share', '分享给好友', 'ghostly'),
    button('home', '返回首页', 'ghostly'))];
}

views.share = () => [bar('分享给好友'), h('div.sheet', ...state.share.draw(h, button))];

views.record = () => {
  const { me } = state;
  return [bar('我的记录'), h('div.sheet', problem(), card(figures(me)),
    section('我的红包', me.claims.length ? claimRows(me.claims) : h('p.dim', '还没有红包，答题达标后就能开。')),
    section('我的单位', ...unitPart())), tabs()];
};

function unitPart() {
  const { me, picker } = state;
  if (me.unit) return [h('p.unit', { 'data-unit': me.unit }, me.unit)];
  if (!picker) return [h('p.dim', '代表单位参加的，请登记一次，之后不能更改。'), button('unit', '选择单位', 'line')];
  if (picker.name) {
    return [h('p', '登记为“', h('b', picker.name), '”？确定后不能更改。'),
      button('save-unit', '确定'), button('unit', '重新选择', 'line')];
  }
  const field = h('input', { type: 'search', id: 'find', autocomplete: 'off', placeholder: '输入单位名称查找', 'data-find': '' });
  return [h('label.sr', { for: 'find' }, '单位名称'), field, h('div.found', foundUnits(''))];
}

function foundUnits(typed) {
  const names = logic.matchUnits(state.units, typed);
  return names.length ? names.map((name) => button('pick', name, 'pick', { 'data-unit': name }))
    : [h('p.dim', '没有找到，换个关键字试试')];
}

views.rules = () => {
  const { commitment, rules } = state.contest;
  return [bar('活动规则'), h('div.sheet', rules ? card(list('ol', rules)) : null, howTo(), prizes(),
    commitment ? section('公平承诺', h('p.dim', '红包金额开赛前已锁定，以下摘要供事后核对：'), h('code', commitment)) : null),
  organisers(), tabs()];
};

views.error = () => {
  const { code, message } = state.failure;
  const signIn = code === 'not_signed_in';
  return [h('div.body.leave', title(signIn ? '登录没有成功' : '页面没有打开'), h('p', { role: 'alert' }, message),
    remedy(code), signIn && button('retry', '先看看活动', 'line'))];
};

const depth = () => (history.state && history.state.depth) || 0;
const wanted = () => (history.state ? history.state.screen : location.hash.slice(1)) || 'home';

/** A screen in the history whose data is gone falls back to home. */
function screenNow() {
  if (state.failure) return 'error';
  const ready = { question: state.quiz, result: state.result, packet: state.packet, record: state.me, rules: true,
    share: state.share && mayShare() };
  return ready[wanted()] ? wanted() : logic.screenFor(state.contest, state.me, now());
}

/** Draws the screen; a redraw (`keep`) leaves focus and scrolling alone. */
function show(keep) {
  const moved = !keep || state.screen !== screenNow();
  state.screen = screenNow();
  const nodes = views[state.screen]();
  main.textContent = '';
  main.append(...nodes.filter(Boolean));
  main.setAttribute('data-screen', state.screen);
  main.setAttribute('aria-busy', 'false');
  tick();
  if (!moved) return;
  scrollTo(0, 0);
  const heading = main.querySelector('h1');
  if (heading) heading.focus({ preventScroll: true });
}

function go(screen, replace) {
  state.problem = null;
  const at = replace && depth() ? depth() : depth() + 1;
  history[replace && depth() ? 'replaceState' : 'pushState']({ screen, depth: at }, '', '#' + screen);
  show();
}

/** Unwinds the history, so that "back" at home leaves the page. */
function goHome() {
  state.problem = null;
  if (depth()) {
    history.go(-depth());
    return;
  }
  state.leaving = false;
  history.replaceState(null, '', '/');
  show();
}

addEventListener('popstate', () => {
  const inQuiz = state.screen === 'question' && state.quiz && wanted() !== 'question';
  state.problem = null;
  // Asks before leaving a quiz; a second "back" is an answer.
  if (inQuiz && !state.leaving) {
    state.leaving = true;
    go('question');
    return;
  }
  state.leaving = false;
  show();
});

/** Where storage is refused the quiz lives as long as the page. */
function keep(quiz) {
  state.quiz = quiz;
  try {
    if (quiz) sessionStorage.setItem(STORE, JSON.stringify(quiz));
    else sessionStorage.removeItem(STORE);
  } catch (refused) { /* see above */ }
}

function restore() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(STORE));
    keep(logic.isUsable(kept, state.contest, now()) ? kept : null);
  } catch (unreadable) {
    keep(null);
  }
}

function refuse(error, again) {
  state.problem = { error, again };
  Object.assign(state, logic.afterRefusal(state.contest, state.me, error.code));
  show(true);
  const alert = main.querySelector('.problem');
  if (!alert) return;
  alert.scrollIntoView({ block: 'center' });
  alert.querySelector('button').focus({ preventScroll: true });
}

async function load() {
  try {
    const { contest, me, sentAt, receivedAt } = await api.loadEntry();
    Object.assign(state, { contest, me, failure: null, loadedAt: Date.now() });
    state.offset = logic.clockOffset(contest.server_time, sentAt, receivedAt);
    if (!state.quiz) restore();
  } catch (error) {
    if (state.contest) state.problem = { error };
    else state.failure = error;
  }
}

async function startQuiz() {
  if (!state.me) return actions.signin();
  if (state.quiz) return go('question', state.screen === 'result');
  say('正在抽题');
  try {
    const drawn = await api.draw();
    keep(logic.newQuiz(drawn, state.contest.contest_id));
    state.leaving = state.warned = false;
    go('question', state.screen === 'result');
  } catch (error) {
    refuse(error, startQuiz);
  }
}

async function submitQuiz() {
  const { quiz } = state;
  say('正在交卷');
  try {
    const graded = await api.submit(quiz.attempt_id, quiz.attempt, quiz.answers);
    state.result = { quiz, graded };
    state.me = logic.afterSubmission(state.me, quiz.attempt_id, graded);
    keep(null);
    go('result', true);
  } catch (error) {
    keep(logic.afterFailedSubmission(quiz, error.code));
    refuse(error, submitQuiz);
  }
}

async function openPacket() {
  const { packet } = state;
  // Asked again from where "back" led in the meantime.
  if (state.screen !== 'packet') go('packet');
  main.querySelector('.coin').classList.add('spin');
  say('正在拆红包');
  const spun = wait(calm() ? 0 : COIN_MS);
  try {
    const claim = await api.claim(packet.attemptId);
    await spun;
    state.me = logic.afterClaim(state.me, packet.attemptId, claim);
    state.packet = { attemptId: packet.attemptId, claim, fresh: true };
    state.problem = null;
    show();
    say('恭喜您获得 ' + logic.yuan(claim.amount_fen) + ' 元红包');
  } catch (error) {
    refuse(error, openPacket);
  }
}

async function refresh(age) {
  if (Date.now() - state.loadedAt < age) return;
  await load();
  // Nobody asked, so a failure is not worth a word.
  state.problem = null;
  show(true);
}

async function pickUnit() {
  try {
    if (!state.units) state.units = await api.loadUnits();
    state.picker = {};
    show(true);
    main.querySelector('[data-find]').focus();
  } catch (error) {
    refuse(error, pickUnit);
  }
}

async function saveUnit() {
  try {
    await api.chooseUnit(state.picker.name);
    state.me = Object.assign({}, state.me, { unit: state.picker.name });
    state.picker = state.problem = null;
    show(true);
    say('单位已登记');
  } catch (error) {
    if (error.code === 'unit_already_set') {
      state.picker = null;
      await load();
    }
    refuse(error, saveUnit);
  }
}

/** Not needed for the first view, so not loaded with it. */
async function loadShare() {
  const share = await import('/static/share.js');
  await share.load();
  return share;
}

async function openShare() {
  try {
    state.share = await loadShare();
    go('share');
  } catch (error) {
    refuse(error.code ? error : new api.ApiError('network', '暂时无法分享，请重试。'), openShare);
  }
}

/** In WeChat, its own menu shares the participant's link; whatever fails, nobody has asked for it. */
async function shareByMenu() {
  state.inMenu = true;
  try {
    state.share = await loadShare();
    await state.share.intoMenu();
  } catch (silent) { /* see above */ }
}

const step = (by) => { keep(logic.moveTo(state.quiz, state.quiz.index + by)); state.problem = null; show(); };

function choose(pressed) {
  keep(logic.answer(state.quiz, state.quiz.questions[state.quiz.index].id, pressed.dataset.key));
  show(true);
  // The redraw made a new button: keep the reader's place.
  main.querySelector('[aria-pressed=true]').focus({ preventScroll: true });
}

const actions = {
  home: () => {
    // A refusal has settled it: no question whether to leave.
    state.leaving = Boolean(state.problem);
    goHome();
  },
  signin: () => location.assign(SIGN_IN),
  start: startQuiz,
  restart: () => { keep(null); return startQuiz(); },
  choose,
  next: () => step(1),
  prev: () => step(-1),
  goto: (cell) => step(Number(cell.dataset.at) - state.quiz.index),
  stay: () => { state.leaving = false; show(); },
  leave: goHome,
  submit: submitQuiz,
  claim: () => {
    const own = state.screen === 'result' && state.result.quiz.attempt_id;
    const { claimable } = state.me;
    if (own && packetOpened()) state.packet.fresh = false;
    else state.packet = { attemptId: claimable.includes(own) ? own : claimable[0] };
    go('packet');
  },
  open: openPacket,
  record: () => {
    state.picker = null;
    go('record', state.screen !== 'packet');
    return refresh(STALE_MS / 4);
  },
  rules: () => go('rules', true),
  share: openShare,
  copy: (pressed) => state.share.copy(pressed, say),
  unit: pickUnit,
  pick: (pressed) => {
    state.picker.name = pressed.dataset.unit;
    show(true);
    main.querySelector('[data-action=save-unit]').focus();
  },
  'save-unit': saveUnit,
  retry,
};

async function retry() {
  const { again } = state.problem || {};
  state.problem = null;
  if (again) return again();
  if (state.failure) history.replaceState(null, '', '/' + location.hash);
  await load();
  show();
}

main.addEventListener('click', async (event) => {
  const pressed = event.target.closest('[data-action]');
  if (!pressed || pressed.disabled || state.busy) return;
  state.busy = true;
  pressed.classList.add('busy');
  try {
    await actions[pressed.dataset.action](pressed);
  } finally {
    state.busy = false;
    pressed.classList.remove('busy');
  }
});

main.addEventListener('input', (event) => {
  if (!event.target.hasAttribute('data-find')) return;
  const found = main.querySelector('.found');
  found.textContent = '';
  found.append(...foundUnits(event.target.value));
});

function tick() {
  main.querySelectorAll('[data-until]').forEach((box) => {
    const left = logic.countdown(Date.parse(box.dataset.until) - now());
    const parts = [left.days, left.hours, left.minutes, left.seconds];
    box.querySelectorAll('b').forEach((cell, at) => { cell.textContent = parts[at]; });
  });
  main.querySelectorAll('[data-left]').forEach((box) => {
    const left = Number(box.dataset.left) - now();
    box.textContent = logic.clockText(left);
    box.classList.toggle('late', left < LAST_MINUTE);
    if (left < LAST_MINUTE && !state.warned) {
      state.warned = true;
      say('剩余不到一分钟');
    }
  });
}

function everySecond() {
  tick();
  if (state.failure || state.busy) return;
  if (IN_WECHAT && !state.inMenu && mayShare()) shareByMenu();
  if (state.quiz && !logic.isUsable(state.quiz, state.contest, now())) {
    keep(null);
    if (state.screen === 'question') state.problem = { error: EXPIRED };
  }
  const due = screenNow();
  if (due === state.screen) return;
  if (state.screen === 'before') say('竞答已经开始');
  show();
}

// Whoever comes back, from following say, sees how things are now.
document.addEventListener('visibilitychange', async () => {
  const fixed = ['question', 'result', 'packet', 'error'].includes(state.screen);
  if (document.hidden || fixed || state.busy || state.picker) return;
  // Who shared may have a chance more.
  await refresh(state.screen === 'notfollowing' || state.share ? RETURN_MS : STALE_MS);
});

async function boot() {
  const refused = new URLSearchParams(location.search).get('e');
  if (refused) state.failure = { code: 'not_signed_in', message: logic.signInMessage(refused) };
  else await load();
  show();
  setInterval(everySecond, 1000);
}

boot();

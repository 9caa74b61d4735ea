import assert from 'node:assert/strict';
import test from 'node:test';
import { claimWords, isReceivable } from '../../chalicelib/web/src/logic/claims.js';
import { obstacle, patience, receiptWords, sheetOutcome } from '../../chalicelib/web/src/logic/receipts.js';
import { receive } from '../../chalicelib/web/src/transfer.js';

const UNTIL = '2020-07-22T00:00:00+08:00';
const NOW = Date.parse('2020-07-10T12:00:00+08:00');
const LATE = Date.parse(UNTIL);
const NIGHT_ENDS = '2020-07-11T08:00:00+08:00';
const PACKAGE = 'affffddafdfafddffda+/==';
const RECEIPT = { mch_id: 'm', app_id: 'a', package: PACKAGE };
const ANDROID = 'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile MicroMessenger/8.0.50.2701(0x28003256)';
const transfer = (status, more) => ({
  claim_id: 'k', amount_fen: 227, status, receipt: null, note: null, claimable_until: UNTIL, ...more,
});
const refusal = (code, retryAfter) => Object.assign(new Error(code), { code, retryAfter: retryAfter || 0 });

/** A phone in WeChat: `looks` are the answers to queries, the last one is repeated; an Error is thrown. */
function phone({ agent = ANDROID, knows = true, asks = [transfer('owed')], looks = [], said = ':ok', stays = true } = {}) {
  const seen = { steps: [], waited: [], opened: [], asked: 0, code: '' };
  const next = (answers, at) => {
    const answer = answers[Math.min(at, answers.length - 1)];
    if (answer instanceof Error) throw answer;
    return answer;
  };
  let looked = 0;
  const tools = {
    agent,
    prepare: async () => { if (knows instanceof Error) throw knows; return knows; },
    ask: async () => next(asks, seen.asked++),
    look: async () => next(looks, looked++),
    open: async (receipt) => { seen.opened.push(receipt); return said.startsWith(':') ? 'requestMerchantTransfer' + said : said; },
    isSeen: () => stays,
    wait: async (milliseconds) => { seen.waited.push(milliseconds); },
    tell: (step, error) => { seen.steps.push(step); seen.code = error ? error.code : ''; },
  };
  return { tools, seen };
}

async function played(given) {
  const { tools, seen } = phone(given);
  await receive(tools);
  await new Promise((done) => setTimeout(done));
  return { ...seen, end: seen.steps[seen.steps.length - 1], waitedInAll: seen.waited.reduce((sum, one) => sum + one, 0) };
}

test('a winner taps, waits, confirms, and has the money only when the server says so', async () => {
  const looks = [transfer('sending'), transfer('sent', { receipt: RECEIPT }), transfer('sent', { receipt: RECEIPT }), transfer('received')];
  const { steps, opened, asked } = await played({ looks });
  assert.deepEqual(steps, ['preparing', 'waiting', 'sheet', 'checking', 'received']);
  assert.deepEqual(opened, [RECEIPT]);
  assert.equal(asked, 1);
});

test('what WeChat says of the sheet is never taken for the money', async () => {
  const ready = transfer('sent', { receipt: RECEIPT });
  const end = async (said, ...looks) => (await played({ said, asks: [ready], looks })).end;
  assert.equal(await end(':ok', ready), 'shown');
  assert.equal(await end(':cancel', ready), 'cancelled');
  assert.equal(await end(':fail', ready), 'refused');
  assert.equal(await end(':fail access denied', ready), 'refused');
  assert.equal(await end('system:function_not_exist', ready), 'old');
  assert.equal(await end(':cancel', transfer('received')), 'received');
  assert.equal(await end(':ok', transfer('sent')), 'confirmed');
  assert.equal(await end(':ok', transfer('owed')), 'shown');
  assert.equal(await end(':ok', transfer('failed', { note: 'x' })), 'failed');
  assert.equal(sheetOutcome(''), 'refused');
});

test('it asks ever more rarely, for about a minute and a half, with jitter, and then leaves it to the winner', async () => {
  const { end, waited, waitedInAll } = await played({ looks: [transfer('sending')] });
  assert.equal(end, 'late');
  assert.ok(waited.length <= 12 && waitedInAll > 55_000 && waitedInAll < 100_000, String(waitedInAll));
  assert.ok(waited[waited.length - 1] > 5 * waited[0]);
  assert.deepEqual([patience(1000, 0, 0), patience(1000, 1, 0), patience(1000, 1, 7000)], [750, 1250, 7000]);
});

test('an answer that is lost on the way is asked for again, as late as the server wants', async () => {
  const looks = [refusal('network'), refusal('try_again', 20_000), transfer('sent', { receipt: RECEIPT }), transfer('received')];
  const { end, waited } = await played({ looks });
  assert.equal(end, 'received');
  assert.equal(waited[2], 20_000);
  assert.deepEqual(await ended({ looks: [refusal('network')] }), ['error', 'network']);
  assert.deepEqual(await ended({ asks: [refusal('network')] }), ['error', 'network']);
  assert.deepEqual(await ended({ knows: refusal('network') }), ['error', 'network']);
  assert.deepEqual(await ended({ asks: [transfer('sent', { receipt: RECEIPT })], looks: [refusal('network')] }), ['error', 'network']);
  assert.deepEqual(await ended({ looks: [refusal('not_signed_in')] }), ['error', 'not_signed_in']);
});

const ended = async (given) => {
  const { end, code } = await played(given);
  return [end, code];
};

test('a tap too soon waits, and takes the receipt of the tap before', async () => {
  const busy = refusal('too_many_requests', 4000);
  const first = await played({ asks: [busy], looks: [transfer('sent', { receipt: RECEIPT }), transfer('received')] });
  assert.deepEqual([first.end, first.asked], ['received', 1]);
  assert.ok(first.waited[0] >= 3000);
  const second = await played({ asks: [busy, transfer('sent', { receipt: RECEIPT })], looks: [transfer('sent'), transfer('received')] });
  assert.deepEqual([second.end, second.asked], ['received', 2]);
  assert.deepEqual(await ended({ asks: [busy], looks: [transfer('owed')] }), ['error', 'too_many_requests']);
});

test('nothing is created for a phone that could not receive it', async () => {
  const end = async (given) => {
    const { end: step, asked } = await played(given);
    assert.equal(asked, 0);
    return step;
  };
  assert.equal(await end({ agent: ANDROID.replace('8.0.50', '8.0.44') }), 'old');
  assert.equal(await end({ knows: false }), 'old');
  assert.equal(await end({ agent: ANDROID + ' WindowsWechat' }), 'desktop');
  assert.equal(await end({ agent: 'Mozilla/5.0 (Linux; Android 14) Chrome/126.0' }), 'elsewhere');
});

test('which phones can', () => {
  const able = ['8.0.45', '8.0.45.2521(0x2800)', '8.1.0', '9.0', '10.0.1'];
  able.forEach((version) => assert.equal(obstacle('iPhone MicroMessenger/' + version), '', version));
  ['8.0.44', '8.0.9', '8', '7.0.20', '6.5.99'].forEach((version) => assert.equal(obstacle('iPhone MicroMessenger/' + version), 'old', version));
  assert.equal(obstacle('Chrome/126.0', true), '');
  assert.equal(obstacle('Mozilla/5.0 (Phone; OpenHarmony 5.0) ArkWeb/4.1 Mobile MicroMessenger/1.0.9'), '');
  assert.equal(obstacle('Mozilla/5.0 (Windows NT 10.0) MicroMessenger/7.0.20 MiniProgramEnv/Windows WindowsWechat/WMPF'), 'desktop');
  assert.equal(obstacle('Mozilla/5.0 (Macintosh; Intel Mac OS X) MicroMessenger/6.8.0 MacWechat/3.8.10'), 'desktop');
});

test('nobody who went elsewhere is surprised by a sheet', async () => {
  const { end, opened } = await played({ stays: false, looks: [transfer('sent', { receipt: RECEIPT })] });
  assert.deepEqual([end, opened], ['ready', []]);
});

test('a claim with nothing to receive is said as the claim says it', async () => {
  const nothing = refusal('nothing_to_receive');
  assert.deepEqual(await ended({ asks: [nothing], looks: [transfer('received')] }), ['settled', '']);
  assert.deepEqual(await ended({ asks: [nothing], looks: [refusal('network')] }), ['error', 'network']);
  assert.deepEqual(await ended({ asks: [transfer('parked')] }), ['parked', '']);
  assert.deepEqual(await ended({ asks: [refusal('not_found')] }), ['error', 'not_found']);
});

const words = (step, claim, code = '') => receiptWords({ step, code }, claim || transfer('sent', { receipt: RECEIPT }), null, NOW);

test('every ending says what happened, what to do, and until when', () => {
  ['ready', 'shown', 'cancelled', 'refused', 'late'].forEach((step) => {
    assert.deepEqual([words(step).action, words(step).until, words(step).kind], ['receive', '7月21日 24:00', 'open'], step);
  });
  ['old', 'desktop', 'elsewhere'].forEach((step) => {
    assert.deepEqual([words(step).action, words(step).until], ['', '7月21日 24:00'], step);
  });
  ['preparing', 'waiting', 'sheet', 'checking'].forEach((step) => {
    assert.deepEqual([words(step).action, words(step).until, words(step).kind], ['', '', 'busy'], step);
  });
  assert.match(words('old').text, /8\.0\.45/);
  assert.match(words('refused').text, /微信号/);
  assert.equal(words('error', null, 'network').action, 'receive');
  assert.equal(words('error', null, 'not_signed_in').action, 'signin');
  assert.match(words('error', null, 'not_found').title, /不是这个微信号/);
  assert.deepEqual([words('error', null, 'not_found').action, words('error', null, 'not_found').until], ['', '']);
  assert.equal(words('error', null, 'try_again').action, 'receive');
});

test('no ending but the server\'s own "received" says that the money is there', () => {
  const others = ['preparing', 'waiting', 'sheet', 'checking', 'confirmed', 'ready', 'shown', 'cancelled', 'refused', 'late'];
  others.forEach((step) => assert.doesNotMatch(words(step).title, /已到账/, step));
  assert.equal(words('received', transfer('received')).kind, 'good');
});

test('what the claim says stands where only it knows', () => {
  const failed = words('failed', transfer('failed', { note: '微信支付账户异常' }));
  assert.deepEqual([failed.text, failed.action, failed.until], ['微信支付账户异常', '', '']);
  assert.match(words('parked', transfer('parked')).text, /工作人员/);
  assert.match(words('settled', transfer('owed', { claimable_until: '2020-07-01T00:00:00+08:00' })).text, /失效/);
  assert.match(words('lapsed', transfer('lapsed')).text, /失效/);
});

test('a transfer is to be received until its winner has it', () => {
  const said = (claim, from, now) => [claimWords(claim, from || null, now || NOW).slice(0, 2).join(' '), isReceivable(claim, now || NOW)];
  const ready = transfer('sent', { receipt: RECEIPT });
  [transfer('owed'), transfer('sending'), ready].forEach((claim) => {
    assert.deepEqual(said(claim), ['待收款 请在7月21日 24:00前点“收款”', true], claim.status);
  });
  assert.deepEqual(said(transfer('owed'), null, LATE), ['已过期 超过期限没有收款，红包已失效', false]);
  assert.deepEqual(said(ready, null, LATE), ['待收款 请尽快点“收款”', true]);
  [transfer('owed'), transfer('sending'), transfer('sent'), ready].forEach((claim) => {
    assert.deepEqual(said(claim, NIGHT_ENDS), said(claim), claim.status + ': quiet hours are the red packets\'');
  });
  assert.deepEqual(said(transfer('owed', { claimable_until: '9999-01-01T08:00:00.000+08:00' })), ['待收款 请尽快点“收款”', true]);
  assert.deepEqual(said(transfer('sent')), ['处理中 已经确认的正在入账；还没有确认的，请点“收款”', true]);
  assert.deepEqual([said(transfer('received'))[1], said(transfer('failed'))[1], said(transfer('parked'))[1]], [false, false, false]);
  assert.match(said(transfer('failed', { note: '原因' }))[0], /原因$/);
  assert.match(said(transfer('sent', { claimable_until: null }))[0], /领取/);
});

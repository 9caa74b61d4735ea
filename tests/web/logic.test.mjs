import assert from 'node:assert/strict';
import test from 'node:test';
import * as claims from '../../chalicelib/web/src/logic/claims.js';
import * as contests from '../../chalicelib/web/src/logic/contest.js';
import * as quizzes from '../../chalicelib/web/src/logic/quiz.js';
import * as results from '../../chalicelib/web/src/logic/results.js';
import * as refusals from '../../chalicelib/web/src/logic/refusals.js';
import * as time from '../../chalicelib/web/src/logic/time.js';

const logic = { ...claims, ...contests, ...quizzes, ...refusals, ...time };

const at = (text) => Date.parse(text);
const contest = (more) => ({
  contest_id: 'c', phase: 'open', paused: false, theme: '甲 乙', draw_size: 10, pass_mark: 5, prizes: 'plenty',
  opens_at: '2020-07-08T00:00:00+08:00', closes_at: '2020-07-15T00:00:00+08:00', ...more,
});
const me = (more) => ({
  subscribed: true, on_hold: false, unit: null, attempts: 0, best_score: 0,
  chances: { granted: 1, spent: 0 }, claimable: [], claims: [], ...more,
});
const inside = at('2020-07-09T12:00:00+08:00');
const questions = ['x', 'y', 'z'].map((id) => ({
  id, stem: id, options: [{ key: 'a', text: id + '-A' }, { key: 'b', text: id + '-B' }],
}));
const quiz = () => logic.newQuiz(
  { attempt_id: 't', attempt: 'sealed', expires_at: '2020-07-09T12:30:00+08:00', questions });

test('the offset is taken halfway between sending and receiving', () => {
  const server = at('2020-07-08T00:00:01+08:00');
  assert.equal(logic.clockOffset('2020-07-08T00:00:01+08:00', server - 900, server - 100), 500);
  assert.equal(logic.clockOffset(undefined, 0, 0), 0);
});

test('the phase moves on by the clock and never behind the server', () => {
  const waiting = contest({ phase: 'announced' });
  assert.equal(logic.phaseAt(waiting, at(waiting.opens_at) - 1), 'announced');
  assert.equal(logic.phaseAt(waiting, at(waiting.opens_at)), 'open');
  assert.equal(logic.phaseAt(waiting, at(waiting.closes_at) - 1), 'open');
  assert.equal(logic.phaseAt(waiting, at(waiting.closes_at)), 'closed');
  assert.equal(logic.phaseAt(contest(), at(waiting.opens_at) - 300), 'open');
  assert.equal(logic.phaseAt(contest({ opens_at: null, closes_at: null }), 0), 'open');
});

test('each state has its screen', () => {
  const before = at('2020-07-07T12:00:00+08:00');
  const after = at('2020-07-15T00:00:00+08:00');
  const announced = contest({ phase: 'announced' });
  assert.equal(logic.screenFor(announced, null, before), 'before');
  assert.equal(logic.screenFor(announced, me({ subscribed: false }), before), 'before');
  assert.equal(logic.screenFor(contest({ paused: true }), me(), after), 'closed');
  assert.equal(logic.screenFor(contest({ paused: true }), null, inside), 'paused');
  assert.equal(logic.screenFor(contest(), null, inside), 'signin');
  assert.equal(logic.screenFor(contest(), me({ subscribed: false }), inside), 'notfollowing');
  assert.equal(logic.screenFor(contest(), me(), inside), 'home');
});

test('where a follower stands', () => {
  const kind = (person, more) => logic.standing(contest(more), me(person)).kind;
  const spent = { granted: 1, spent: 1 };
  assert.equal(kind({}), 'ready');
  assert.match(logic.standing(contest(), me()).title, /5/);
  assert.equal(kind({ claimable: ['t'] }), 'packet');
  assert.equal(kind({ claimable: ['t'], chances: spent }), 'waiting');
  assert.equal(kind({ chances: spent, claims: [{}] }), 'done');
  assert.equal(kind({ chances: spent }), 'spent');
  assert.equal(kind({ claimable: ['t'] }, { prizes: 'none' }), 'gone');
  assert.equal(kind({ claimable: ['t'], on_hold: true }), 'hold');
});

test('chances are told with their source and date', () => {
  assert.equal(logic.chanceSources(me({ chances: { granted: 1, spent: 0 } })), '基础机会 1 次；已用 0 次');
  assert.equal(logic.chanceSources(me({ chances: { granted: 3, spent: 2 } })), '基础机会 1 次，好友关注 2 次；已用 2 次');
  assert.equal(logic.chanceSources(logic.afterRefusal(contest(), me(), 'no_chance_left').me), '领红包机会已用完');
  assert.equal(logic.chanceNews(1, at('2020-07-10T23:59:00+08:00')), '好友已关注 · 机会 +1（7月10日）');
  assert.equal(logic.chanceNews(-1, at('2020-07-10T00:00:00+08:00')), '好友取消了关注 · 机会 -1（7月10日）');
});

test('the page asks again by itself, at random and not before the server allows it', () => {
  const range = (code, tries, retryAfter) => [0, 1].map((random) => logic.delay({ code, retryAfter }, tries, random) / 1000);
  assert.deepEqual(range('network', 0, 0), [2, 8]);
  assert.deepEqual(range('try_again', 1, 6000), [6, 18]);
  assert.deepEqual(range('network', 9, 0), [8, 30]);
  assert.deepEqual(range('contest_paused', 9, 15000), [20, 40]);
  assert.deepEqual(range('prizes_exhausted', 0, 0), [0, 0]);
});

test('the last two hours say how long it is until the end', () => {
  const told = (minutes, more) => logic.endText(contest(more), at(contest().closes_at) - 60000 * minutes);
  assert.equal(told(80), '还有 1 小时 20 分结束，达标的请尽快开红包');
  assert.equal(told(119.5), '还有 2 小时 0 分结束，达标的请尽快开红包');
  assert.equal(told(0.01, { prizes: 'none' }), '还有 1 分结束');
  assert.deepEqual([120.1, 0, -5].map((minutes) => told(minutes)), ['', '', '']);
  assert.equal(logic.endText(contest({ closes_at: null }), inside), '');
});

test('a quiz that the end cuts says so', () => {
  const told = (minutes) => {
    const end = at(quiz().expires_at) - 60000 * (30 - minutes);
    return logic.cutText(quiz(), contest({ closes_at: new Date(end).toISOString(), attempt_minutes: 30 }));
  };
  assert.equal(told(30), '');
  assert.equal(told(29.9), '竞答 12:29 结束，这次只有 29 分钟');
  assert.equal(told(0.5), '竞答 12:00 结束，这次不到 1 分钟');
});

test('countdown and clock round up and stop at nothing', () => {
  assert.deepEqual(logic.countdown(93784000), { days: 1, hours: '02', minutes: '03', seconds: '04' });
  assert.deepEqual(logic.countdown(1), { days: 0, hours: '00', minutes: '00', seconds: '01' });
  assert.deepEqual(logic.countdown(-5), { days: 0, hours: '00', minutes: '00', seconds: '00' });
  assert.equal(logic.clockText(1800000), '30:00');
  assert.equal(logic.clockText(-1), '00:00');
});

test('dates are in Shanghai and an end at midnight reads 24:00', () => {
  assert.equal(logic.dateText('2020-07-08T00:00:00+08:00'), '7月8日 00:00');
  assert.equal(logic.dateText('2020-07-14T16:00:00Z', true), '7月14日 24:00');
  assert.equal(logic.dateText('2020-07-14T18:30:00+08:00', true), '7月14日 18:30');
  assert.equal(logic.dateText(undefined), '');
});

test('money is shown from integer fen', () => {
  assert.deepEqual([1, 100, 188, 20005].map(logic.yuan), ['0.01', '1.00', '1.88', '200.05']);
  assert.deepEqual([2000000, 100, 12350].map(logic.roundYuan), ['20,000', '1', '123.50']);
});

test('prize facts show only what is told', () => {
  assert.deepEqual(logic.prizeFacts(contest()), []);
  assert.equal(logic.prizeFacts(contest({ budget_fen: 100, packets: 1, min_fen: 100, max_fen: 100 })).length, 3);
});

test('answering, moving and progress leave the old value alone', () => {
  const first = quiz();
  const second = logic.moveTo(logic.answer(first, 'y', 'b'), 99);
  assert.deepEqual(first.answers, {});
  assert.deepEqual(second.answers, { y: 'b' });
  assert.equal(second.index, questions.length);
  assert.equal(logic.moveTo(first, -1).index, 0);
  assert.deepEqual(logic.unanswered(second), [0, 2]);
  assert.deepEqual(logic.progress(second), { done: 1, total: 3 });
});

test('a kept quiz is usable until it expires, the contest closes, or for ever once sent', () => {
  const end = at('2020-07-09T12:30:00+08:00');
  assert.equal(logic.isUsable(quiz(), contest(), end - 1), true);
  assert.equal(logic.isUsable(quiz(), contest(), end), false);
  assert.equal(logic.isUsable({ ...quiz(), sent: true }, contest(), end), true);
  assert.equal(logic.isUsable(quiz(), contest({ closes_at: '2020-07-09T12:10:00+08:00' }), at('2020-07-09T12:10:00+08:00')), false);
  assert.equal(logic.isUsable(null, contest(), inside), false);
});

test('an uncertain submission fixes the answers, a certain refusal does not', () => {
  const after = (code, sent) => logic.afterFailedSubmission({ ...quiz(), sent: Boolean(sent) }, code);
  assert.equal(after('network').sent, true);
  assert.equal(after('try_again').sent, true);
  assert.equal(after('too_many_requests', true).sent, false);
  assert.equal(after('contest_paused').sent, false);
  assert.equal(after('contest_paused', true).sent, true);
  assert.equal(after('attempt_expired'), null);
  assert.equal(after('attempt_already_graded'), null);
  assert.equal(after('contest_closed', true), null);
});

test('the review joins the texts, unanswered included', () => {
  const rows = logic.reviewOf(quiz(), { review: [
    { id: 'x', chosen: 'a', correct: 'a', explanation: 'e', source: 's' }, { id: 'y', chosen: null, correct: 'b' }] });
  assert.deepEqual(rows, [
    { id: 'x', stem: 'x', chosen: 'x-A', correct: 'x-A', right: true, withdrawn: undefined, explanation: 'e', source: 's' },
    { id: 'y', stem: 'y', chosen: '', correct: 'y-B', right: false, withdrawn: undefined, explanation: '', source: '' }]);
});

test('a withdrawn question counts as right and is no mistake', () => {
  const graded = { score: 2, review: [
    { id: 'x', chosen: 'b', correct: 'a', withdrawn: true }, { id: 'y', chosen: null, correct: 'b', withdrawn: true }] };
  assert.deepEqual(logic.reviewOf(quiz(), graded).map((row) => [row.right, row.withdrawn]), [[true, true], [true, true]]);
  assert.deepEqual(results.mistakes([{ quiz: quiz(), graded }]), []);
});

test('five results are kept, and the newest answer decides what is a mistake', () => {
  const result = (id, chosen, score) => ({ quiz: Object.assign(quiz(), { attempt_id: id }), graded: { score, review: [
    { id: 'x', chosen, correct: 'a' }, { id: 'y', chosen: 'b', correct: 'b' }] } });
  let kept = [];
  ['1', '2', '3', '4', '5', '6', '6'].forEach((id) => { kept = results.withResult(kept, result(id, 'b', Number(id))); });
  assert.deepEqual(kept.map((one) => one.quiz.attempt_id), ['6', '5', '4', '3', '2']);
  assert.deepEqual(results.mistakes(kept).map((row) => row.id), ['x']);
  assert.deepEqual(results.mistakes(results.withResult(kept, result('7', 'a', 1))), []);
  assert.equal(results.best(results.withResult(kept, result('7', 'a', 1))).quiz.attempt_id, '6');
  assert.equal(results.best([]), undefined);
});

test('results and claims change what is known without asking again', () => {
  const passed = logic.afterSubmission(me({ best_score: 7 }), 't', { score: 6, passed: true });
  assert.deepEqual([passed.attempts, passed.best_score, passed.claimable], [1, 7, ['t']]);
  assert.deepEqual(logic.afterSubmission(me(), 't', { score: 4, passed: false }).claimable, []);
  const claimed = logic.afterClaim(passed, 't', { claim_id: 'k' });
  assert.deepEqual([claimed.claimable, claimed.claims.length, logic.chancesLeft(claimed)], [[], 1, 0]);
  assert.equal(logic.afterClaim(claimed, 't', { claim_id: 'k' }), claimed);
});

test('a refusal updates what is known', () => {
  const after = (code) => logic.afterRefusal(contest(), me(), code);
  assert.equal(after('contest_closed').contest.phase, 'closed');
  assert.equal(after('contest_paused').contest.paused, true);
  assert.equal(after('prizes_exhausted').contest.prizes, 'none');
  assert.equal(after('not_following').me.subscribed, false);
  assert.equal(after('on_hold').me.on_hold, true);
  assert.equal(logic.chancesLeft(after('no_chance_left').me), 0);
  assert.deepEqual(after('network'), { contest: contest(), me: me() });
  assert.equal(logic.afterRefusal(contest(), null, 'on_hold').me, null);
});

test('each refusal has a helpful button', () => {
  const expected = {
    network: 'retry', try_again: 'retry', internal: 'retry', too_many_requests: 'retry', contest_paused: 'retry',
    attempt_expired: 'restart', attempt_invalid: 'restart', not_signed_in: 'signin',
    prizes_exhausted: 'home', no_chance_left: 'home', on_hold: 'home', not_following: 'home', unknown_unit: 'home',
  };
  Object.keys(expected).forEach((code) => assert.equal(logic.remedy(code), expected[code], code));
});

test('words exist for every status and sign-in failure', () => {
  assert.match(logic.claimStatus('owed')[1], /微信支付/);
  const packet = { status: 'sent', claimable_until: null, claimed_at: '2020-07-09T11:00:00+08:00' };
  assert.match(logic.claimWords(packet, null, inside)[1], /7月10日 11:00前.*微信支付/);
  assert.match(logic.claimWords(packet, null, inside + 86400000)[1], /尽快/);
  const kinds = (claim) => logic.claimWords({ ...packet, ...claim }, null, inside)[2];
  assert.deepEqual(['sent', 'owed', 'received', 'refunded', 'failed', 'lapsed', 'new'].map((status) => kinds({ status })),
    ['act', 'way', 'good', 'off', 'bad', 'off', 'way']);
  assert.equal(kinds({ status: 'owed', claimable_until: '2020-07-22T00:00:00+08:00' }), 'act');
  assert.match(logic.claimStatus('parked')[1], /不会丢失/);
  assert.deepEqual(logic.claimStatus('not known yet'), logic.claimStatus('sending'));
  assert.match(logic.signInMessage('snapshot'), /完整服务/);
  ['authorization_failed', 'state_mismatch', 'try_again', 'x'].forEach((code) => assert.ok(logic.signInMessage(code)));
});

test('news of a claim may come while it is on its way, but not in quiet hours or without a tap', () => {
  const morning = '2020-07-09T20:00:00+08:00';
  const comes = (claim, from) => logic.isComing({ claimable_until: null, ...claim }, from, inside);
  assert.deepEqual(['owed', 'sending', 'sent', 'received'].map((status) => comes({ status })), [true, true, false, false]);
  assert.equal(comes({ status: 'owed' }, morning), false);
  assert.equal(comes({ status: 'owed', claimable_until: morning }), false);
});

test('the page is handed on while the contest is open and has sharing', () => {
  const may = (more, person, now) => logic.mayShare(contest({ referral: 'extra_chance', ...more }), person, now || inside);
  assert.equal(may({}, me()), true);
  assert.equal(may({}, null), false);
  assert.equal(may({}, { ...me(), subscribed: false }), false);
  assert.equal(may({ referral: 'off' }, me()), false);
  assert.equal(may({ paused: true }, me()), false);
  assert.equal(may({}, me(), at('2020-07-15T00:00:00+08:00')), false);
  assert.equal(may({ phase: 'announced' }, me(), at('2020-07-07T23:59:59+08:00')), false);
});

test('what is owed in quiet hours says when they end', () => {
  const night = at('2020-07-09T01:30:00+08:00');
  const owed = (from, now) => logic.claimStatus('owed', from, now);
  assert.match(owed('2020-07-09T08:00:00+08:00', night)[1], /^早上8点后到账/);
  assert.match(owed('2020-07-09T00:30:00Z', night)[1], /^早上8点30分后到账/);
  assert.match(owed('2020-07-10T08:00:00+08:00', at('2020-07-09T23:10:00+08:00'))[1], /^明天早上8点后到账/);
  assert.deepEqual(owed('2020-07-09T08:00:00+08:00', at('2020-07-09T08:00:00+08:00')), owed(null, night));
  assert.deepEqual(logic.claimStatus('sent', '2020-07-09T08:00:00+08:00', night), logic.claimStatus('sent'));
  const hours = ['05', '08', '11', '12', '17', '20'].map((hour) => logic.hourText(`2020-07-09T${hour}:00:00+08:00`, night));
  assert.deepEqual(hours, ['凌晨5点', '早上8点', '上午11点', '中午12点', '下午5点', '晚上8点']);
});

test('a unit is chosen by a follower who has none, until the closing', () => {
  assert.ok(logic.mayJoin(contest(), me(), inside));
  assert.ok(logic.mayJoin(contest({ phase: 'announced' }), me(), at('2020-07-07T12:00:00+08:00')));
  [[null, inside], [me({ subscribed: false }), inside], [me({ unit: '甲' }), inside], [me(), at('2020-07-15T00:00:00+08:00')]]
    .forEach(([person, now]) => assert.ok(!logic.mayJoin(contest(), person, now)));
});

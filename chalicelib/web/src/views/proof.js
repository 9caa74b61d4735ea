/** What came out: one's own packets, the units, and the check of the published proof. */
import { button, h, section } from '../dom.js';
import { chancesLeft, phaseAt } from '../logic/contest.js';
import { yuan } from '../logic/claims.js';
import { sizeText } from '../logic/proof.js';
import { claimRows } from './claim-rows.js';
import { bar, figures, problem, row, tabs } from './frame.js';

export function proof(state, now) {
  const { contest, me, got } = state;
  const over = phaseAt(contest, now) === 'closed';
  const run = got.proof || { step: over ? 'ready' : 'early' };
  return [bar(over ? '竞答结果' : '公平核对'), h('div.sheet', problem(state),
    over && me && section('我的成绩和红包', ...mine(state, now)),
    over && contest.ranking && row('各单位参与人数', 'ranking', '看排行'),
    contest.commitment && section('公平核对',
      h('p', '全部红包的金额在开始前已经定好，并公布了由它们算出的摘要。结束后主办方公布全部金额和领取清单，您的手机可以自己核对。'),
      h('code', contest.commitment), ...check(run, contest)),
    row('有疑问？', 'privacy', '联系主办方')), tabs(state)];
}

function mine(state, now) {
  const { me } = state;
  const lapsed = chancesLeft(me) > 0 && '还有 ' + chancesLeft(me) + ' 次机会没有用：'
    + (me.claimable.length ? '已经达标，但结束前没有开红包。' : '结束前没有达标。') + '竞答结束后不能再开。';
  return [figures(me), lapsed && h('p', lapsed),
    me.claims.length ? claimRows(state, now) : h('p.dim', '没有开过红包。')];
}

const again = (label, style) => button('check-proof', label, style);

const STEPS = {
  early: () => ['竞答结束、主办方公布后，可在此核对。'],
  ready: ({ packets }) => ['清单' + sizeText(packets) + '，建议连接 Wi-Fi。', again('下载并核对')],
  loading: ({ packets }) => ['正在下载清单，' + sizeText(packets) + '…'],
  checking: () => ['正在核对…'],
  unpublished: () => ['主办方还没有公布，公布后可在此核对。', again('再看看', 'line')],
  lost: () => ['网络不稳定，清单没有下载完。', again('重试')],
  unreadable: () => ['清单不能读取，请稍后重试，或联系主办方。', again('重试', 'line')],
};

function check(run, contest) {
  if (run.step === 'done') return outcome(run);
  const [text, next] = STEPS[run.step](contest);
  return [h('p', { 'data-step': run.step }, text, run.step === 'checking' && h('b', { 'data-percent': '' })), next];
}

const MARKS = { true: ['✓', '属实'], false: ['✗', '不符'], null: ['?', '未核对'] };

function outcome({ facts, claims, fen }) {
  const good = facts.every(({ ok }) => ok !== false);
  return [h('p.' + (good ? 'good' : 'late'), { 'data-step': 'done', 'data-good': String(good) },
    good ? '核对完成，没有发现不符。' : '有不符的地方，请联系主办方。'),
  h('p', '共发出 ' + claims + ' 个红包，合计 ¥' + yuan(fen) + '。'),
  h('ul.findings', facts.map(({ ok, text }) =>
    h('li', { 'data-ok': String(ok) }, h('i', { 'aria-hidden': 'true' }, MARKS[ok][0]), h('span', h('span.sr', MARKS[ok][1] + '：'), text))))];
}

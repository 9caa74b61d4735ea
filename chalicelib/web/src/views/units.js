/** The search for one's reporting unit, and the confirmation before the one choice. */
import { button, h } from '../dom.js';
import { mayJoin, phaseAt } from '../logic/contest.js';
import { byKind, findUnits } from '../logic/units.js';
import { bar, problem } from './frame.js';

export function units(state, now) {
  const { contest, me, got } = state;
  if (me && me.unit) return [bar('我的单位'), h('div.sheet', problem(state), joined(state))];
  if (!mayJoin(contest, me, now)) return [bar('选择单位'), h('div.sheet', problem(state), refused(contest, now))];
  // Kept, so that a redraw shows what was typed.
  state.finding = state.finding || { typed: '', kind: null, name: null };
  const { name } = state.finding;
  return [bar(name ? '确认单位' : '选择单位'),
    h('div.sheet', problem(state), ...(name ? confirmation(name) : search(got.units, state.finding)))];
}

const joined = ({ me, contest }) => h('section.card.lead', h('p', '您的单位'), h('p.unit', { 'data-unit': me.unit }, me.unit),
  h('p', '您的参与计入这个单位。'), button('home', '返回首页'), contest.ranking && button('ranking', '看单位参与榜', 'line'));

const refused = (contest, now) => h('section.card.lead',
  h('p', phaseAt(contest, now) === 'closed' ? '竞答已经结束，不能再登记单位。' : '关注公众号并登录后，才能登记单位。'), button('home', '返回首页'));

const confirmation = (name) => [h('section.card.lead', h('p', '登记为'), h('p.unit', name),
  h('p', '登记后不能更改。'), button('save-unit', '确定登记'), button('units', '重新选择', 'line'))];

/** Its own listeners redraw the list alone, so that the keyboard stays. `finding` keeps what was typed and the kind. */
function search(list, finding) {
  const field = h('input', { type: 'search', id: 'find', autocomplete: 'off', enterkeyhint: 'search', placeholder: '名称、简称或拼音首字母' });
  const kinds = byKind(list).filter(({ label }) => label);
  const chips = kinds.map(({ kind, label }) => h('button.small', { type: 'button', 'data-kind': kind }, label));
  const group = h('p.kinds', { role: 'group', 'aria-label': '单位类别' }, chips, none());
  const status = h('p.found', { role: 'status' });
  const rows = h('div');
  const draw = () => {
    const typed = finding.typed.trim();
    group.hidden = Boolean(typed);
    chips.forEach((chip) => chip.setAttribute('aria-pressed', String(chip.dataset.kind === finding.kind)));
    const { text, nodes } = typed ? matches(list, typed) : suggestions(list, finding.kind);
    status.textContent = text;
    rows.textContent = '';
    rows.append(...nodes);
  };
  chips.forEach((chip) => chip.addEventListener('click', () => {
    finding.kind = finding.kind === chip.dataset.kind ? null : chip.dataset.kind;
    draw();
  }));
  field.value = finding.typed;
  // The keyboard covers half of the screen: the field stays at its top.
  const raise = () => {
    rows.style.minHeight = '100vh';
    field.parentNode.scrollIntoView();
  };
  field.addEventListener('focus', raise);
  field.addEventListener('input', () => {
    finding.typed = field.value;
    draw();
    raise();
  });
  field.addEventListener('keydown', ({ key }) => { if (key === 'Enter') field.blur(); });
  draw();
  return [h('div.find', h('label.sr', { for: 'find' }, '单位名称'), field), group, status, rows];
}

const none = () => button('no-unit', '不代表单位', 'small');

/** Before anything is typed: the units of the chosen kind, or of all under their kinds. */
function suggestions(list, chosen) {
  const shown = byKind(list).filter(({ kind }) => !chosen || kind === chosen);
  const nodes = shown.map(({ label, names }) => [!chosen && label && h('h2.loose', label), picks(names.map((name) => ({ name })))]);
  return { text: '', nodes: [].concat(...nodes).filter(Boolean) };
}

function matches(list, typed) {
  const { found, sure } = findUnits(list, typed);
  if (!found.length) return { text: '没有找到，换个叫法试试', nodes: [h('p.dim', '不登记单位，也能答题、领红包。'), none()] };
  return { text: sure ? '找到 ' + found.length + ' 个' : '没有找到，您要找的可能是', nodes: [picks(found)] };
}

const picks = (found) => h('ul.picks', found.map(({ name, as }) =>
  h('li', h('button.pick', { type: 'button', 'data-action': 'pick', 'data-unit': name }, name, as && h('span.dim', as)))));

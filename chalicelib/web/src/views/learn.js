/** The learning cards, and after the closing the whole bank, if the organiser shows it. */
import { button, h, title } from '../dom.js';
import { bar } from './frame.js';
import { explained } from './explained.js';

/** All cards in one row: `[{subject, title, text, source}]`. */
const deckOf = ({ subjects }) =>
  [].concat(...subjects.map(({ name, cards }) => cards.map((card) => Object.assign({ subject: name }, card))));

export function learn({ got: { learn: shown } }) {
  const deck = deckOf(shown);
  if (!deck.length) return [bar('先学一学'), h('div.sheet', h('p.card', '这次竞答没有学习卡片。'))];
  const at = shown.card || 0;
  const { subject, title: name, text, source } = deck[at];
  const first = (wanted) => deck.findIndex((card) => card.subject === wanted);
  const subjects = h('select', { id: 'subject', 'data-input': 'turn' }, shown.subjects.filter(({ cards }) => cards.length).map((one) =>
    h('option', { value: first(one.name), selected: one.name === subject ? '' : null }, one.name)));
  const to = (by, label, style) => button('turn', label, style, { 'data-at': at + by, disabled: deck[at + by] ? null : '' });
  return [bar('先学一学'), h('div.sheet', h('p.row', h('label', { for: 'subject' }, '科目'), subjects),
    h('section.card.lesson', h('p.dim', '第 ' + (at + 1) + ' 张，共 ' + deck.length + ' 张'), title(name), h('p', text), h('p.dim', '依据：' + source)),
    shown.bank && button('bank', '全部题目与答案', 'line')),
  h('nav.steps', { 'aria-label': '卡片' }, to(-1, '上一张', 'line'), to(1, '下一张', 'main'))];
}

/** The whole bank, by subject. */
export function bank({ got: { bank: { bank: questions } } }) {
  const names = (questions || []).map(({ subject }) => subject).filter((name, at, all) => all.indexOf(name) === at);
  const rows = (name) => questions.filter(({ subject }) => subject === name).map((one) =>
    explained(Object.assign({}, one, { correct: one.options[one.correct], right: true })));
  return [bar('全部题目与答案'), h('div.sheet', names.length ? names.map((name) =>
    h('details.subject', h('summary', name), rows(name))) : h('p.card', '竞答结束后在这里公布。'))];
}

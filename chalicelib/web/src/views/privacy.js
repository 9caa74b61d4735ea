/** The notice on personal data, and whom to ask. */
import { h, section } from '../dom.js';
import { bar, tabs } from './frame.js';

export function privacy(state) {
  const { privacy: text, office } = state.got.privacy;
  return [bar('隐私与联系'), h('div.sheet',
    section('个人信息告知', h('p', text), h('p.dim', '要求查阅、更正或删除，请联系主办方。')),
    office && section('联系主办方', h('p', office.name), office.phone && h('p', '电话：' + office.phone),
      office.hours && h('p', office.hours))), tabs(state)];
}

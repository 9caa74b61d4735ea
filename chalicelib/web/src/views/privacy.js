/** The notice on personal data, and whom to ask. */
import { h, section } from '../dom.js';
import { bar, tabs } from './frame.js';

export function privacy(state) {
  const { account, privacy: text, office } = state.got.privacy;
  return [bar('隐私与联系'), h('div.sheet',
    text && section('个人信息告知', h('p', text), h('p', '登录只确认身份，不获取昵称和头像。'), h('p.dim', '要求查阅、更正或删除，请联系主办方。')),
    section('联系主办方', ...(office ? reach(office) : [h('p', '可在公众号“' + account + '”的对话里留言。')]),
      h('p.dim', '问红包，请说它的编号（在“我的”里）；题目有误，请说题号（在答案与解析里）。'))), tabs(state)];
}

const reach = ({ name, phone, hours }) => [h('p', name), phone && h('a.line', { href: 'tel:' + phone }, '拨打 ' + phone), hours && h('p', hours)];

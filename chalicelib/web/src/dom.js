/** Makes elements. */

/** Whether the person's system asks for reduced motion. */
export const calm = () => matchMedia('(prefers-reduced-motion: reduce)').matches;

/** h('p.dim', {attribute: value}?, child…): strings become text; null and false are left out. */
export function h(spec, ...children) {
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

/** `action` names an entry of `actions` in actions.js. */
export const button = (action, label, style, more) =>
  h('button.' + (style || 'main'), Object.assign({ type: 'button', 'data-action': action }, more), label);
export const title = (text, style) => h(style ? 'h1.' + style : 'h1', { tabindex: -1 }, text);
/** A picture; if it cannot be loaded, `instead` takes its place. */
export function picture(spec, attributes, instead) {
  const image = h(spec, attributes);
  image.addEventListener('error', () => image.parentNode.replaceChild(instead, image));
  return image;
}

/** Phrases that a line does not break if it can hold them: browsers break Chinese between any two characters. */
export const phrases = (text) => text.match(/[^，。、；： ]+[，。、；：· ]*/g).map((phrase) => h('span.phrase', phrase));
export const card = (...children) => h('section.card', ...children);
export const section = (name, ...children) => card(h('h2', name), ...children);
export const list = (tag, items) => h(tag, null, items.map((item) => h('li', item)));
export const pairs = (facts) =>
  h('dl.facts', facts.map(([name, value]) => h('div', h('dt', name), h('dd', value))));

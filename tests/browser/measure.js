/* Finds what does not fit on the present screen, at each of these sizes of type: `[scale, text]`. `least`: the least width and height
   of a target. Evaluated in the page by fit.py. */
([scales, least]) => {
  const main = document.querySelector('[aria-modal=true]') || document.querySelector('main');
  const found = [];
  const tell = (element, what) => found.push(`${element.tagName} ${element.className} “${element.textContent.slice(0, 12)}” ${what}`);
  const contains = (outer, inner, by) => inner.left >= outer.left - by && inner.right <= outer.right + by
    && inner.top >= outer.top - by && inner.bottom <= outer.bottom + by;

  /* Scales every size of type, as the browser in WeChat does; those in em follow. */
  const scaleType = (scale) => {
    window.usual = window.usual || new Map();
    const scaled = (size) => (scale === 1 ? size : size.replace(/var\(--\w+\)|[\d.]+px/, (one) => `calc(${one} * ${scale})`));
    const visit = (rules) => [...rules].forEach((rule) => {
      if (rule.cssRules && rule.cssRules.length) visit(rule.cssRules);
      if (!rule.style) return;
      const name = rule.style.fontSize ? 'fontSize' : 'font';
      if (!window.usual.has(rule)) window.usual.set(rule, rule.style[name]);
      const usual = window.usual.get(rule);
      if (/var|px/.test(usual)) rule.style[name] = scaled(usual);
    });
    [...document.styleSheets].forEach((sheet) => visit(sheet.cssRules));
  };

  const above = (element) => element.parentElement && element !== main ? [element.parentElement, ...above(element.parentElement)] : [];
  const isSticky = (element) => [element, ...above(element)].some((one) => getComputedStyle(one).position === 'sticky');
  const isDrawn = (style) => style.backgroundImage !== 'none' || style.borderTopWidth !== '0px' || !/, 0\)$|transparent/.test(style.backgroundColor);

  /* The box through which one sees of a list that scrolls by itself. */
  const frame = (element) => {
    const list = [element, ...above(element)].find((one) => one !== main && /auto|scroll/.test(getComputedStyle(one).overflowY));
    return list && list.getBoundingClientRect();
  };

  const isFolded = (element) => above(element).some((one) => one.matches('details:not([open])') && !one.firstChild.contains(element));

  /* A line of text: its element, and the part of its box in which its characters are, which is higher than they. */
  const lines = () => {
    const all = [];
    const walk = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
    for (let node = walk.nextNode(); node; node = walk.nextNode()) {
      const element = node.parentElement;
      if (!node.data.trim() || element.closest('.sr, .mark, textarea, option')) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const seen = frame(element);
      if (isFolded(element)) continue;
      for (const { left, right, top, bottom } of range.getClientRects()) {
        const line = { element, left, right, top: top + (bottom - top) * 0.2, bottom: bottom - (bottom - top) * 0.2 };
        if (right > left && (!seen || contains(seen, line, 0))) all.push(line);
      }
    }
    return all;
  };

  const page = () => {
    if (document.documentElement.scrollWidth > innerWidth) found.push('the page scrolls sideways');
  };

  const boxes = (targets) => {
    for (const element of main.querySelectorAll('*')) {
      const box = element.getBoundingClientRect();
      if (!box.width || element.matches('.sr, .sparks *, .flap')) continue;
      if (box.right > innerWidth + 0.5 || box.left < -0.5) tell(element, 'lies outside');
      if (element.scrollWidth > element.clientWidth + 1 && element.clientWidth && !element.matches('.hero, .packet')) tell(element, 'holds more than fits');
    }
    for (const element of targets) {
      const box = element.getBoundingClientRect();
      if (box.height < least || box.width < least) tell(element, 'is too small a target');
    }
  };

  /* Every text lies in what is drawn around it, and on no other text. */
  const texts = () => {
    const all = lines();
    for (const line of all) {
      const parents = [line.element, ...above(line.element)].filter((one) => one !== main);
      const holder = parents.find((one) => isDrawn(getComputedStyle(one)) && !/^inline$/.test(getComputedStyle(one).display));
      if (holder && !contains(holder.getBoundingClientRect(), line, 1)) tell(line.element, `leaves ${holder.tagName} ${holder.className}`);
    }
    all.sort((one, other) => one.top - other.top);
    all.forEach((one, at) => {
      for (const other of all.slice(at + 1)) {
        if (other.top >= one.bottom - 1) break;
        if (one.element === other.element || other.left >= one.right - 1 || other.right <= one.left + 1) continue;
        if (isSticky(one.element) || isSticky(other.element)) continue;
        tell(one.element, `lies on ${other.element.tagName} ${other.element.className}`);
      }
    });
  };

  /* Every target can be scrolled to where nothing covers it. */
  const reach = (targets) => {
    const { scrollX, scrollY } = window;
    for (const element of targets) {
      element.scrollIntoView({ block: 'center' });
      const box = element.getBoundingClientRect();
      const hit = document.elementFromPoint((box.left + box.right) / 2, (box.top + box.bottom) / 2);
      if (!hit || !(element.contains(hit) || hit.contains(element))) tell(element, `lies under ${hit && hit.className}`);
    }
    scrollTo(scrollX, scrollY);
  };

  return scales.map((scale) => {
    found.length = 0;
    scaleType(scale);
    const targets = [...main.querySelectorAll('button, a[href], label, input, select, summary, textarea')]
      .filter((one) => one.getClientRects().length && !isFolded(one) && !one.closest('.sr, label input')
        && (one.tagName !== 'LABEL' || one.querySelector('input')));
    page();
    boxes(targets);
    texts();
    reach(targets);
    scaleType(1);
    return [...new Set(found)];
  });
}

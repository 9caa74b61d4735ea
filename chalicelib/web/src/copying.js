/** Copies what a button names: the text of the field, or of the `b`, before it. See part.js about `page`. */

/** Some phones copy only what is selected. */
function select(source) {
  if (!('value' in source)) return getSelection().selectAllChildren(source);
  source.focus();
  return source.setSelectionRange(0, source.value.length);
}

/** Returns whether it worked. */
async function copied(source) {
  try {
    await navigator.clipboard.writeText(source.value || source.textContent);
    return true;
  } catch (refused) {
    select(source);
    return document.execCommand('copy');
  }
}

export const copying = ({ say }) => ({
  copy: async (pressed) => {
    const before = pressed.previousElementSibling;
    const what = pressed.dataset.what || '链接';
    const done = await copied(before.querySelector('b') || before);
    pressed.textContent = done ? what + '已复制' : '请长按' + what + '复制';
    say(pressed.textContent);
  },
});

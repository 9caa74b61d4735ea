/** Copies a packet's number. */

/** The number is in the element before the button. Some phones copy only what is selected. */
async function copyNumber(pressed) {
  const shown = pressed.previousElementSibling.querySelector('b');
  let done = true;
  try {
    await navigator.clipboard.writeText(shown.textContent);
  } catch (refused) {
    getSelection().selectAllChildren(shown);
    done = document.execCommand('copy');
  }
  pressed.textContent = done ? '已复制' : '请长按编号复制';
}

export const copying = ({ say }) => ({
  'copy-number': async (pressed) => {
    await copyNumber(pressed);
    say(pressed.textContent);
  },
});

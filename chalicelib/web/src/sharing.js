/** Sharing the page: what its screen can do, by the clipboard and by pointing at WeChat's menu. */
import { pointer } from './views/share.js';

/** Copies the text of the field before the button; returns whether it worked. Some phones copy only selected text. */
async function copyLink(pressed) {
  const field = pressed.previousElementSibling;
  let done = true;
  try {
    await navigator.clipboard.writeText(field.value);
  } catch (refused) {
    field.focus();
    field.setSelectionRange(0, field.value.length);
    done = document.execCommand('copy');
  }
  const what = pressed.dataset.what || '链接';
  pressed.textContent = done ? what + '已复制' : '请长按上面的' + what + '复制';
}

export const sharing = ({ say, main }) => ({
  point: () => {
    main.append(pointer());
    main.querySelector('[data-action=unpoint]').focus();
  },
  unpoint: () => {
    main.querySelector('.pointer').remove();
    main.querySelector('[data-action=point]').focus();
  },
  copy: async (pressed) => {
    await copyLink(pressed);
    say(pressed.textContent);
  },
});

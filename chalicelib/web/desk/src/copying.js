// <button data-copy="ID">: copies the text of the element with this id, and says so in the button.
document.addEventListener('click', async (event) => {
  const button = event.target.closest('[data-copy]');
  if (!button) return;
  const done = await copy(document.getElementById(button.dataset.copy));
  button.dataset.label = button.dataset.label || button.textContent;
  button.textContent = done ? '已复制' : '请长按选择后复制';
  setTimeout(() => (button.textContent = button.dataset.label), 2000);
});

// WeChat's browser on PCs has no clipboard API, and others only where the address is secure.
async function copy(source) {
  try {
    await navigator.clipboard.writeText(source.value || source.textContent);
    return true;
  } catch (error) {
    const range = document.createRange();
    range.selectNodeContents(source);
    const selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
    if (source.select) source.select();
    return document.execCommand('copy');
  }
}

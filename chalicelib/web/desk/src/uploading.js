// <form data-upload method="post" action="…"> with one file field: sends the file as the request's whole body. Shows the
// page that comes back, or goes where the answer redirects.
document.addEventListener('submit', async (event) => {
  const form = event.target;
  if (!form.hasAttribute('data-upload')) return;
  event.preventDefault();
  const [file] = form.querySelector('input[type=file]').files;
  const button = form.querySelector('button');
  if (!file || button.disabled) return;
  button.disabled = true;
  try {
    await send(form.action, file);
  } catch (error) {
    alert('没有传上去，请检查网络后再试。');
  }
  button.disabled = false;
});

async function send(address, file) {
  const headers = { 'Content-Type': 'application/octet-stream' };
  const answer = await fetch(address, { method: 'POST', credentials: 'same-origin', headers, body: file });
  if (answer.redirected) return location.assign(answer.url);
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const main = document.adoptNode(page.querySelector('main'));
  document.querySelector('main').replaceWith(main);
  main.focus();
  scrollTo(0, 0);
}

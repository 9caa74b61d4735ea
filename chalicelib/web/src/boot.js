/** Runs first, in every browser (ES5): says what to do when the page's script does not draw, and sends the first request.
 *  It is part of index.html. */
var TOO_OLD = '微信版本太旧，请升级微信。';
var DRAWN_WITHIN_MS = 8000;
var sentAt = Date.now();

// Large type, if the person has chosen it: page.js.
try { if (localStorage.care) document.documentElement.className = 'care'; } catch (refused) { /* as usual */ }

function help(reason) {
  // The first drawing removes it; a script may fail before it is read.
  var card = document.getElementById('opening');
  if (!card) {
    if (document.readyState === 'loading') addEventListener('DOMContentLoaded', function () { help(reason); });
    return;
  }
  document.getElementById('app').setAttribute('aria-busy', 'false');
  card.id = '';
  card.className = 'card center';
  card.textContent = reason || '没有打开';
  var button = document.createElement('button');
  button.className = 'main';
  button.textContent = '点此重试';
  button.style.marginTop = '12px';
  button.onclick = function () { location.reload(); };
  card.appendChild(button);
}

/** The page's script was lost or failed; a browser that cannot read it calls that a syntax error. WeChat's own scripts may
 *  fail, too. */
function broken(event) {
  if (/static.app/.test(event.filename || event.target.src)) help(/Syntax/.test(event.message) && TOO_OLD);
}

addEventListener('error', broken, true);
if (!('noModule' in HTMLScriptElement.prototype)) help(TOO_OLD);
setTimeout(help, DRAWN_WITHIN_MS);

// api.js takes the answer. After a refused sign-in nothing is asked.
if (window.fetch && !/[?&]e=/.test(location.search)) {
  window.entry = fetch('/api/me', { credentials: 'same-origin' }).then(function (response) {
    return { response: response, sentAt: sentAt, receivedAt: Date.now() };
  });
  window.entry.then(null, function () {});
}

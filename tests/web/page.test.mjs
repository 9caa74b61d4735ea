import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import test from 'node:test';

const folder = new URL('../../chalicelib/web/src/', import.meta.url);
const names = ['', 'logic/', 'views/'].flatMap((part) =>
  readdirSync(new URL(part, folder)).filter((name) => /\.(html|css|js)$/.test(name)).map((name) => part + name));
const scripts = names.filter((name) => name.endsWith('.js'));
const styles = names.filter((name) => name.endsWith('.css'));
const read = (name) => readFileSync(new URL(name, folder), 'utf8');
const imported = (name) =>
  [...read(name).matchAll(/\bfrom '(.+?)'/g)].map(([, path]) => posix.join(posix.dirname(name), path));

/** All modules that a script imports, including itself. */
function closure(name, found = new Set()) {
  if (!found.has(name)) {
    found.add(name);
    imported(name).forEach((other) => closure(other, found));
  }
  return found;
}

const parts = ['quiz.js', 'more.js', 'menu.js'];

test('every module is short and belongs to the first file or a part', () => {
  assert.ok(names.length > 20);
  names.forEach((name) => assert.ok(read(name).split('\n').length <= 200, name));
  const used = ['app.js', 'boot.js', ...parts].map((entry) => [...closure(entry)]);
  assert.deepEqual([...new Set([].concat(...used))].sort(), scripts.slice().sort());
});

test('a part keeps no state and fetches nothing: a page of an earlier build may load it', () => {
  const stateful = ['store.js', 'page.js', 'share-menu.js', 'screens.js', 'actions.js', 'pressing.js', 'refresh.js', 'news.js', 'timers.js', 'load-part.js', 'api.js'];
  stateful.forEach((name) => {
    assert.ok(closure('app.js').has(name), name);
    parts.forEach((part) => assert.ok(!closure(part).has(name), part + ' ' + name));
  });
});

test('the first view loads no view or action of a part', () => {
  const first = closure('app.js');
  const views = scripts.filter((name) => name.startsWith('views/') && first.has(name));
  assert.deepEqual(views, ['views/frame.js', 'views/home.js', 'views/to-receive.js']);
  ['part.js', 'answering.js', 'following.js', 'opening.js', 'registering.js', 'sharing.js', 'transfer.js', 'receiving.js', 'logic/receipts.js', 'wechat-sdk.js']
    .forEach((name) => assert.ok(!first.has(name), name));
});

test('nothing the content security policy or an old browser would refuse', () => {
  assert.doesNotMatch(read('index.html'), /\sstyle=|\son\w+=|<script(?![^>]*\ssrc="\/static\/)|https?:/);
  scripts.forEach((name) => {
    // esbuild lowers syntax, but does not add functions that a browser lacks.
    assert.doesNotMatch(read(name), /replaceChildren|replaceAll|innerHTML|insertAdjacentHTML|\beval\b|\.at\(|\.flat|fromEntries|structuredClone|allSettled|matchAll|globalThis|queueMicrotask|toggleAttribute|requestIdleCallback|(Resize|Intersection)Observer|\bBigInt|PointerEvent/, name);
  });
  // A browser without a conic gradient would drop a whole background that has a variable, and one before it.
  styles.forEach((name) => assert.doesNotMatch(read(name).replace(/@supports \(background:conic-gradient.*/g, ''), /conic-gradient/, name));
  styles.forEach((name) => assert.doesNotMatch(read(name), /:has\(|:is\(|clamp\(|\binset:|aspect-ratio|--[\w-]+:[^;}]*env\(/, name));
});

test('one module fetches, after the first request, and the pure ones touch no document', () => {
  scripts.filter((name) => !['api.js', 'boot.js'].includes(name)).forEach((name) => assert.doesNotMatch(read(name), /\bfetch\(|XMLHttpRequest/, name));
  const pure = scripts.filter((name) => name.startsWith('logic/'));
  assert.equal(pure.length, 11);
  pure.forEach((name) => {
    assert.doesNotMatch(read(name), /\bdocument\.|\bwindow\.|\bDate\.now\(/, name);
    imported(name).forEach((other) => assert.match(other, /^logic\//, name));
  });
});

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import test from 'node:test';
import { gzipSync } from 'node:zlib';

const folder = new URL('../../chalicelib/web/', import.meta.url);
const names = readdirSync(folder).filter((name) => /\.(html|css|js)$/.test(name));
const read = (name) => readFileSync(new URL(name, folder), 'utf8');
const scripts = names.filter((name) => name.endsWith('.js'));
// As it is served.
const slim = (text) => text.replace(/^\s*(\/\/.*|\/\*[\s\S]*?\*\/\s*)$/gm, '').replace(/^\s+/gm, '');
const LATER = ['share.js'];

test('the first view stays within its budget', () => {
  const first = names.filter((name) => !LATER.includes(name));
  const bytes = first.reduce((sum, name) => sum + gzipSync(slim(read(name)), { level: 9 }).length, 0);
  // Of 20,000; the rest is for the answer of /api/me.
  assert.ok(bytes <= 18600, bytes + ' bytes compressed');
  assert.ok(first.length + 1 <= 6, 'requests: the files and /api/me');
});

test('what is for later is asked for later', () => {
  names.forEach((name) => assert.doesNotMatch(read(name), /^import [^(]*share\.js|(href|src)="[^"]*share\.js/m, name));
});

test('nothing the content security policy or an old browser would refuse', () => {
  assert.doesNotMatch(read('index.html'), /\sstyle=|\son\w+=|<script(?![^>]*\ssrc="\/static\/)|https?:/);
  scripts.forEach((name) => {
    assert.doesNotMatch(read(name), /\?\.[a-z[(]|\?\?|replaceChildren|replaceAll|innerHTML|insertAdjacentHTML|\beval\b|^await /m, name);
  });
  assert.doesNotMatch(read('style.css'), /:has\(|:is\(|clamp\(|\binset:|aspect-ratio|@import/);
});

test('one module fetches, and the pure one touches no document', () => {
  scripts.filter((name) => name !== 'api.js').forEach((name) => assert.doesNotMatch(read(name), /\bfetch\(|XMLHttpRequest/, name));
  assert.doesNotMatch(read('logic.js'), /\bdocument\.|\bwindow\.|\bDate\.now\(|\bimport\b/);
});

import assert from 'node:assert/strict';
import test from 'node:test';
import { orientationOf } from '../../chalicelib/web/desk/src/orientation.js';

/** The bytes of a JPEG's beginning: a JFIF segment, and EXIF data with one field before the orientation. */
function jpeg(orientation, little) {
  const two = (value) => (little ? [value & 255, value >> 8] : [value >> 8, value & 255]);
  const four = (value) => (little ? [...two(value), 0, 0] : [0, 0, ...two(value)]);
  const entry = (tag, value) => [...two(tag), ...two(3), ...four(1), ...two(value), 0, 0];
  const tiff = [...(little ? [0x49, 0x49] : [0x4d, 0x4d]), ...two(42), ...four(8), ...two(2), ...entry(0x0100, 9), ...entry(0x0112, orientation), 0, 0, 0, 0];
  const exif = [0x45, 0x78, 0x69, 0x66, 0, 0, ...tiff];
  return Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xe1, 0, exif.length + 2, ...exif, 0xff, 0xda, 0, 2, 0, 0, 0, 0, 0, 0]).buffer;
}

test('the orientation is read in both byte orders', () => {
  for (const little of [false, true]) for (let one = 1; one <= 8; one += 1) assert.equal(orientationOf(jpeg(one, little)), one);
});

test('whatever says nothing about it is taken as upright', () => {
  assert.equal(orientationOf(jpeg(9, true)), 1);
  assert.equal(orientationOf(jpeg(0, false)), 1);
  for (const bytes of [[], [0xff, 0xd8], [0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 0, 0, 0, 0, 0]]) assert.equal(orientationOf(Uint8Array.from(bytes).buffer), 1);
  const whole = new Uint8Array(jpeg(6, true));
  for (let length = 0; length < whole.length - 12; length += 1) assert.ok([1, 6].includes(orientationOf(whole.slice(0, length).buffer)));
});

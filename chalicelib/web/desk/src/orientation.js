// How a camera was held (EXIF's orientation, 1 to 8) in the bytes of a JPEG; 1 if it is not said. Only for browsers that
// draw pictures as they are stored: Chrome before 81.
export function orientationOf(buffer) {
  const view = new DataView(buffer);
  if (view.byteLength < 4 || view.getUint16(0) !== 0xffd8) return 1;
  let at = 2;
  while (at + 10 <= view.byteLength && view.getUint8(at) === 0xff) {
    const length = view.getUint16(at + 2);
    if (view.getUint16(at) === 0xffe1 && view.getUint32(at + 4) === 0x45786966) return inTiff(view, at + 10, at + 2 + length);
    if (view.getUint16(at) === 0xffda) return 1;
    at += 2 + length;
  }
  return 1;
}

function inTiff(view, start, given) {
  const end = Math.min(given, view.byteLength);
  if (start + 8 > end) return 1;
  const little = view.getUint16(start) === 0x4949;
  let at = start + view.getUint32(start + 4, little);
  if (at + 2 > end) return 1;
  for (let left = view.getUint16(at, little), entry = at + 2; left > 0 && entry + 12 <= end; left -= 1, entry += 12) {
    if (view.getUint16(entry, little) !== 0x0112) continue;
    const value = view.getUint16(entry + 8, little);
    return value >= 1 && value <= 8 ? value : 1;
  }
  return 1;
}

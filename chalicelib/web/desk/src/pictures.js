// <input type="file" data-pictures="MOST">: shrinks each chosen picture, which also drops its EXIF data such as the place,
// and sends it to the bucket by a form that the server signs. The server then keeps what it finds there.
import { orientationOf } from './orientation.js';

const LONGEST = 1600;
const MOST_BYTES = 1500000;
const pick = document.querySelector('[data-pictures]');

if (pick) pick.addEventListener('change', () => sendAll([...pick.files].slice(0, Number(pick.dataset.pictures))));

async function sendAll(files) {
  const faults = [];
  pick.disabled = true;
  for (const [place, file] of files.entries()) {
    say(`正在上传第 ${place + 1} 张，共 ${files.length} 张…`);
    try {
      await send(await shrunk(file));
    } catch (error) {
      faults.push(`${file.name}：${error.told || '没有传上去，请检查网络后再试'}`);
    }
  }
  pick.disabled = false;
  pick.value = '';
  say('');
  if (faults.length) alert(faults.join('\n'));
  if (faults.length === files.length) return;
  // The address may be this one already; going to it would then only scroll.
  history.replaceState(null, '', '/desk/unit?said=saved#pictures');
  location.reload();
}

async function send(blob) {
  const offer = await post('/desk/unit/picture', {});
  const form = new FormData();
  Object.keys(offer.fields).forEach((name) => form.append(name, offer.fields[name]));
  form.append('file', blob);
  // The bucket's answer need not be readable: the server looks for the file itself.
  await fetch(offer.url, { method: 'POST', body: form, mode: 'no-cors' });
  await post('/desk/unit/picture/keep', { picture: offer.picture });
}

async function post(path, body) {
  const headers = { 'Content-Type': 'application/json' };
  const answer = await fetch(path, { method: 'POST', credentials: 'same-origin', headers, body: JSON.stringify(body) });
  const found = await answer.json();
  if (!answer.ok) throw refusal(found.error.message);
  return found;
}

async function shrunk(file) {
  const turned = CSS.supports('image-orientation', 'from-image') ? 1 : orientationOf(await bytesOf(file));
  const canvas = drawn(await loaded(file), turned);
  for (const quality of [0.85, 0.6, 0.35]) {
    const blob = await new Promise((done) => canvas.toBlob(done, 'image/jpeg', quality));
    if (blob && blob.size <= MOST_BYTES) return blob;
  }
  throw refusal('图片太大');
}

function drawn(image, turned) {
  const scale = Math.min(1, LONGEST / Math.max(image.naturalWidth, image.naturalHeight));
  const width = Math.max(1, Math.round(image.naturalWidth * scale));
  const height = Math.max(1, Math.round(image.naturalHeight * scale));
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = turned > 4 ? [height, width] : [width, height];
  const pen = canvas.getContext('2d');
  pen.fillStyle = '#fff';
  pen.fillRect(0, 0, canvas.width, canvas.height);
  const turns = {
    2: [-1, 0, 0, 1, width, 0],
    3: [-1, 0, 0, -1, width, height],
    4: [1, 0, 0, -1, 0, height],
    5: [0, 1, 1, 0, 0, 0],
    6: [0, 1, -1, 0, height, 0],
    7: [0, -1, -1, 0, height, width],
    8: [0, -1, 1, 0, 0, width],
  };
  if (turns[turned]) pen.transform(...turns[turned]);
  pen.drawImage(image, 0, 0, width, height);
  return canvas;
}

function loaded(file) {
  return new Promise((done, fail) => {
    const image = new Image();
    image.onload = () => done(image);
    image.onerror = () => fail(refusal('打不开这张图片，请换成 JPG 或 PNG'));
    image.src = URL.createObjectURL(file);
  });
}

function bytesOf(file) {
  return new Promise((done) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result);
    reader.onerror = () => done(new ArrayBuffer(0));
    reader.readAsArrayBuffer(file.slice(0, 262144));
  });
}

function refusal(text) {
  return Object.assign(new Error(text), { told: text });
}

function say(text) {
  document.getElementById('sending').textContent = text;
}

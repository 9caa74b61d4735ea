/** The published proof, as docs/fairness.md and /api/proof define it: pure. Money is integer fen. */
import { yuan } from './claims.js';
import { roundYuan } from './contest.js';
import { dateText } from './time.js';

/** The bytes of a packet and its claim in the compressed proof. */
const BYTES = 33;

/** How much the phone has to load for so many packets, in words. */
export const sizeText = (packets) => '约 ' + Math.max(0.1, Math.ceil((packets * BYTES) / 1e5) / 10) + ' MB';

/** The text whose SHA-256 is the commitment: JSON without blanks, its keys in order, other than ASCII escaped. */
export const committedText = ({ plan_id, amounts, salt }) =>
  JSON.stringify({ amounts, plan_id, salt })
    .replace(/[^\0-~]/g, (unit) => '\\u' + unit.charCodeAt(0).toString(16).padStart(4, '0'));

/** What is counted while the claims are read; `wrong`: the first claim that does not agree with its packet. */
export const newTally = () => ({ ids: new Map(), numbers: new Set(), packets: new Set(), fen: 0, wrong: '' });

/** Counts lines of the proof, `claim id,packet number,fen,time`. A packet that was put back has a number higher by the
 *  number of packets, and its amount is handed out only once. */
export function count(tally, lines, amounts) {
  lines.forEach((line) => {
    const [id, number, fen] = line.split(',');
    const packet = number % amounts.length;
    const agrees = /^\d+$/.test(number) && String(amounts[packet]) === fen && !tally.ids.has(id) && !tally.numbers.has(number);
    if (!agrees) tally.wrong = tally.wrong || id;
    if (!tally.packets.has(packet)) tally.fen += amounts[packet] || 0;
    tally.ids.set(id, number + ' ' + fen);
    tally.numbers.add(number);
    tally.packets.add(packet);
  });
}

const same = (ok, text) => ({ ok, text: text + (ok ? '，与公布的相同' : '，与公布的不同') });

/** The facts as `{ok, text}`; `ok` is null where this phone cannot tell. `digest`: the SHA-256 of `committedText`, empty if
 *  it cannot be computed; `noted`: `{commitment, at}` as this phone noted it earlier, or null; `claims`: one's own. */
export function findings({ amounts }, tally, { contest, digest, noted, claims }) {
  const sum = amounts.reduce((total, fen) => total + fen, 0);
  const { commitment, packets, budget_fen: budget, min_fen: least, max_fen: most } = contest;
  const within = amounts.every((fen) => Number.isInteger(fen) && fen >= least && fen <= most);
  const facts = [
    digest ? same(digest === commitment, '由全部金额算出的摘要') : { ok: null, text: '这部手机不能计算摘要，请换一部手机，或用电脑核对' },
    same(amounts.length === packets && sum === budget, '共 ' + amounts.length + ' 个红包，合计 ¥' + yuan(sum)),
    { ok: within, text: (within ? '每个红包都在 ¥' : '有红包不在 ¥') + roundYuan(least) + ' 到 ¥' + roundYuan(most) + ' 之间' },
    { ok: !tally.wrong, text: tally.wrong ? '领取 ' + tally.wrong + ' 与它的红包不符' : '每笔领取都是它那个红包的金额，没有红包领过两次' },
  ];
  if (noted) facts.push(same(noted.commitment === commitment, '您的手机 ' + dateText(noted.at) + ' 记下的摘要'));
  return facts.concat(claims.filter(({ number }) => number >= 0).map((claim) => ownFinding(claim, tally)));
}

function ownFinding({ claim_id: id, number, amount_fen: fen }, tally) {
  const ok = tally.ids.get(id) === number + ' ' + fen;
  return { ok, text: '您的红包 编号 ' + number + ' ¥' + yuan(fen) + (ok ? ' 在清单里' : ' 不在清单里，请联系主办方') };
}

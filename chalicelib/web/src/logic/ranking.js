/** The ranking of units: pure. `ranking` is the answer of `/api/ranking`. */
import { roundYuan } from './contest.js';
import { dateText } from './time.js';

const SHOWN = 20;
const MINUTE = 60000;

/** Whether some unit's staff is known, so that there is a ranking by share. */
export const hasShares = (ranking) => ranking.units.some((one) => one.share_rank !== null);

/** 1 of 8 → "12.5%", rounded down. */
export const percent = (people, headcount) => Math.floor((people * 1000) / headcount) / 10 + '%';

/** The first twenty with participants, then the person's own unit: `{name, rank, people, share, part, own}`. `by` is
 *  `people` or `share`; `share` is empty where the staff is unknown; `part` is of the first, from 0 to 1. */
export function rankRows(ranking, by, own) {
  const value = (one) => (by === 'share' ? one.people / one.headcount : one.people);
  const placed = ranking.units.map((one, at) => ({ one, at, rank: by === 'share' ? one.share_rank : one.rank }))
    .filter(({ one, rank }) => rank !== null && (one.people || one.name === own))
    .sort((a, b) => a.rank - b.rank || a.at - b.at);
  const most = Math.max(...placed.map(({ one }) => value(one)));
  return placed.filter(({ one }, place) => place < SHOWN || one.name === own).map(({ one, rank }) => ({
    name: one.name, rank, people: one.people, share: one.headcount ? percent(one.people, one.headcount) : '',
    part: most ? value(one) / most : 0, own: one.name === own,
  }));
}

/** The place of a unit by people; null if it is not ranked. */
export function rankOf(ranking, name) {
  const found = ranking.units.find((one) => one.name === name);
  return found ? found.rank : null;
}

/** What the whole contest came to, once that was counted after its end. */
export const finalText = ({ final: it }) => (it
  ? '，答题 ' + it.attempts.toLocaleString('en-US') + ' 人次，开出红包 ' + it.packets.toLocaleString('en-US') + ' 个，合计 ¥' + roundYuan(it.claimed_fen) : '');

/** When it was counted. What was counted after the closing is final. */
export function countedText({ updated_at: at }, { closes_at: end }, now) {
  if (!at) return '还没有统计，请稍后再看';
  const counted = Date.parse(at);
  if (counted >= Date.parse(end)) return '最终排名';
  if (now >= Date.parse(end)) return '竞答已结束，正在统计最终排名';
  const minutes = Math.floor((now - counted) / MINUTE);
  if (minutes >= 60) return dateText(at) + ' 更新';
  return minutes < 1 ? '刚刚更新' : minutes + ' 分钟前更新';
}

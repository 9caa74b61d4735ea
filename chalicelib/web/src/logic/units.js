/** Finds a reporting unit by what people call it: pure. `list` is the answer of `/api/units`. */

const MOST_GUESSES = 5;
const LETTERS = /^[a-z]+$/;
const SYLLABLE =
  /(?:[zcs]h|[b-df-hj-np-tw-z])?(?:[iu]?ang|[iu]?eng|ing|i?ong|i?ao|uai|[iuv]?an|[iuv]e|ai|ei|ou|u[io]|iu|[iu]n|en|er|ia|ua|[aoeiuv])|[zcs]h|[b-df-hj-np-tw-z]/g;

/** Kinds of the contest file in words; any other is shown as it is. */
const KINDS = { organiser: '主办单位', zone: '园区', town: '街道、镇', department: '部门', enterprise: '企业' };

/** `[{kind, label, names}]`, the kind with the most units first. A server before this page sends no kinds. */
export const byKind = ({ units, kinds }) =>
  (kinds || [{ name: '', units }]).map(({ name, units: names }, at) => ({ kind: name, label: KINDS[name] || name, names, at }))
    .sort((a, b) => b.names.length - a.names.length || a.at - b.at);

/** For comparison: without width, case, blanks and punctuation. */
const folded = (text) => text.normalize('NFKC').toLowerCase().replace(/[\s!-/:-@[-`{-~·‘’“”、。《》…—]/g, '');

/** How many letters of `word`, an abbreviation such as "swj" or "shangwj", the first letters of the syllables spell;
 *  -1 if they do not. */
function spelled(word, syllables, at) {
  if (at === syllables.length) return 0;
  let same = 0;
  while (same < word.length && word[same] === syllables[at][same]) same += 1;
  for (; same; same -= 1) {
    const rest = spelled(word.slice(same), syllables, at + 1);
    if (rest >= 0) return same + rest;
  }
  return -1;
}

/** Whether the characters of `typed` are in `word` in this order, with others between them. */
function skips(word, typed) {
  let from = 0;
  return Array.from(typed).every((one) => {
    from = word.indexOf(one, from) + 1;
    return from > 0;
  });
}

/** `[level, letters]`: how near a word is to the typed text, from 0 for the same, and by how many letters. */
function nearness(word, typed) {
  if (LETTERS.test(word)) {
    const letters = LETTERS.test(typed) ? spelled(word, typed.match(SYLLABLE), 0) : -1;
    if (word === typed || letters === word.length) return [0, letters];
    return word.startsWith(typed) || letters > 0 ? [1, letters] : null;
  }
  if (word === typed) return [0, word.length];
  if (word.startsWith(typed)) return [1, typed.length];
  if (word.includes(typed)) return [2, typed.length];
  if (word.length > 1 && typed.includes(word)) return [4, word.length];
  return typed.length > 1 && skips(word, typed) ? [5, typed.length] : null;
}

const isNearer = (one, other) => !other || one[0] < other[0] || (one[0] === other[0] && one[1] > other[1]);

/** The nearest of a unit's names: `{name, as, near, at}`. `as` is the everyday name that led to it, if one did. */
function match({ name, words }, typed, parts, at) {
  let best = { name, as: '', near: null, at };
  words.forEach((word) => {
    const near = nearness(folded(word), typed);
    if (near && isNearer(near, best.near)) best = { name, as: word === name || LETTERS.test(folded(word)) ? '' : word, near, at };
  });
  const inParts = parts.length > 1 && parts.every((part) => words.some((word) => folded(word).includes(part)));
  if (inParts && isNearer([3, 0], best.near)) best = { name, as: '', near: [3, 0], at };
  return best;
}

const pairsIn = (words) =>
  new Set([].concat(...words.map(folded).filter((word) => !LETTERS.test(word)).map((word) => Array.from(word, (one, at) => word.substr(at, 2)).slice(0, -1))));

/** Units that share two neighbouring characters with the typed text; characters that few units have weigh more. */
function guesses(named, typed) {
  const pairs = named.map(({ words }) => pairsIn(words));
  const weight = (pair) => 1 / pairs.filter((own) => own.has(pair)).length;
  const shared = Array.from(pairsIn([typed]));
  const rated = named.map(({ name }, at) => ({
    name, as: '', at, weight: shared.filter((pair) => pairs[at].has(pair)).reduce((sum, pair) => sum + weight(pair), 0),
  }));
  const most = Math.max(...rated.map((one) => one.weight));
  return rated.filter((one) => one.weight && one.weight >= most / 2).sort((a, b) => b.weight - a.weight || a.at - b.at)
    .slice(0, MOST_GUESSES);
}

/** `{found: [{name, as}], sure}`: the units that a typed text means, the nearest first. The same name comes before one
 *  that begins with the text, and that before one that contains it. Nothing typed finds all. Not `sure`: none has the
 *  text, these are like it. */
export function findUnits(list, typed) {
  const text = folded(typed);
  const also = list.also || {};
  const named = list.units.map((name) => ({ name, words: [name].concat(also[name] || []) }));
  if (!text) return { found: named.map(({ name }) => ({ name, as: '' })), sure: true };
  const parts = typed.split(/\s+/).map(folded).filter(Boolean);
  const matches = named.map((one, at) => match(one, text, parts, at)).filter((one) => one.near);
  if (!matches.length) return { found: guesses(named, text), sure: false };
  const least = Math.min(...matches.map((one) => one.near[0]));
  // A text that names a unit whole does not mean all those that it resembles.
  const found = matches.filter((one) => one.near[0] < 4 || least >= 4)
    .sort((a, b) => a.near[0] - b.near[0] || b.near[1] - a.near[1] || a.at - b.at);
  return { found, sure: true };
}

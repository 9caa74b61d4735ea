/** The commitment to the amounts as this phone first saw it, before a packet was opened. It says nothing of the person. */

const place = (contest) => 'commitment ' + contest.contest_id;

/** `{commitment, at}`, `at` in milliseconds; null if it was not noted. */
export function notedCommitment(contest) {
  try {
    return JSON.parse(localStorage.getItem(place(contest)));
  } catch (refused) {
    return null;
  }
}

/** Only the first one counts. A browser that refuses storage notes nothing. */
export function noteCommitment(contest, at) {
  const { commitment } = contest;
  if (!commitment || notedCommitment(contest)) return;
  try {
    localStorage.setItem(place(contest), JSON.stringify({ commitment, at }));
  } catch (refused) { /* see above */ }
}

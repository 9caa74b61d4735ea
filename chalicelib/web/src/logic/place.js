/** Where the phone keeps what is a person's own in a contest: pure. Throws if nobody is signed in. */
export const placeOf = (what, { contest, me }) => what + ' ' + contest.contest_id + ' ' + me.person;

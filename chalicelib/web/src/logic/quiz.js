/** A quiz from its draw to its result: pure. Every function returns a new value and does not change the old one. */
import { dateText } from './time.js';

/** `sent`: a submission was sent and no answer came. The answers are then fixed, since they may have been graded. */
export const newQuiz = (drawn) => Object.assign({}, drawn, { answers: {}, index: 0, sent: false });

/** The instant at which the quiz ends: its own end, or the contest's if that is earlier. */
export function deadline(quiz, contest) {
  const ends = [quiz.expires_at, contest.closes_at].map(Date.parse).filter((end) => !isNaN(end));
  return ends.length ? Math.min(...ends) : Infinity;
}

/** Said when a quiz begins whose time is cut by the contest's end; else empty. */
export function cutText({ expires_at: own }, { closes_at: end, attempt_minutes: most }) {
  const cut = Date.parse(own) - Date.parse(end);
  const minutes = Math.floor(most - cut / 60000);
  return cut > 0 ? '竞答 ' + dateText(end, true).split(' ')[1] + ' 结束，这次' + (minutes > 0 ? '只有 ' + minutes : '不到 1') + ' 分钟' : '';
}

/** The instant from which a submission is not too fast. Rounded up by a little, because the clocks may differ. */
export const submittableAt = (quiz, { attempt_minutes: minutes, min_seconds: seconds }) =>
  Date.parse(quiz.expires_at) - 60000 * minutes + 1000 * seconds + (seconds && 300);

/** Whether the quiz can be continued. One sent without an answer always can: a repeat is not graded again. */
export function isUsable(quiz, contest, now) {
  if (!quiz || !Array.isArray(quiz.questions)) return false;
  return quiz.sent || now < deadline(quiz, contest);
}

export const answer = (quiz, id, key) =>
  Object.assign({}, quiz, { answers: Object.assign({}, quiz.answers, { [id]: key }) });

export const moveTo = (quiz, index) =>
  Object.assign({}, quiz, { index: Math.max(0, Math.min(quiz.questions.length, index)) });

/** Positions (from 0) without an answer. */
export const unanswered = (quiz) =>
  quiz.questions.map((question, at) => (quiz.answers[question.id] ? -1 : at)).filter((at) => at >= 0);

/** `{done, total}`. */
export const progress = (quiz) => ({
  done: quiz.questions.length - unanswered(quiz).length,
  total: quiz.questions.length,
});

/** The result's rows, joined with the texts of the quiz: `{id, stem, chosen, correct, right, withdrawn, explanation,
 *  source}`. A withdrawn question counts as right. */
export function reviewOf(quiz, result) {
  const byId = {};
  result.review.forEach((row) => { byId[row.id] = row; });
  return quiz.questions.filter((question) => byId[question.id]).map((question) => {
    const row = byId[question.id];
    const text = (key) => {
      const option = question.options.find((candidate) => candidate.key === key);
      return option ? option.text : '';
    };
    return {
      id: question.id,
      stem: question.stem,
      chosen: row.chosen ? text(row.chosen) : '',
      correct: text(row.correct),
      right: !!row.withdrawn || row.chosen === row.correct,
      withdrawn: row.withdrawn,
      explanation: row.explanation || '',
      source: row.source || '',
    };
  });
}

/** `me` after a graded submission, so that no further request is needed. */
export function afterSubmission(me, attemptId, result) {
  const known = me.claimable.includes(attemptId);
  return Object.assign({}, me, {
    attempts: me.attempts + 1,
    best_score: Math.max(me.best_score || 0, result.score),
    claimable: result.passed && !known ? me.claimable.concat(attemptId) : me.claimable,
  });
}

"""The contract's JSON shapes. Times are ISO 8601 in Shanghai's offset, money is in fen."""

from collections.abc import Iterable, Sequence, Set
from datetime import datetime
from typing import Any

from chalicelib.domain.attempts import KEYS, Answer, Attempt
from chalicelib.domain.bank import Bank, Question
from chalicelib.domain.claim import Claim, PayoutStatus
from chalicelib.domain.contest import Contest
from chalicelib.domain.last_totals import LastTotals
from chalicelib.domain.lessons import Lesson
from chalicelib.domain.participation import Participation
from chalicelib.domain.payout_notes import payout_note
from chalicelib.domain.privacy import Office
from chalicelib.domain.quiet import quiet_until
from chalicelib.domain.reporting import ReportingUnit
from chalicelib.domain.shanghai import SHANGHAI
from chalicelib.domain.switches import Switches
from chalicelib.domain.texts import filled
from chalicelib.usecases.draw_questions import Offer
from chalicelib.usecases.read_ranking import Ranking

PUBLIC_STATUS = {PayoutStatus.RELEASED: PayoutStatus.REFUNDED}
"""The use of refunded money does not concern its former claimant, so `released` is shown as `refunded`."""


def moment(value: datetime) -> str:
    return value.astimezone(SHANGHAI).isoformat(timespec="milliseconds")


def contest_body(contest: Contest, switches: Switches, now: datetime) -> dict[str, Any]:
    return {
        "contest_id": contest.id,
        "phase": contest.window.phase(now).value,
        "paused": switches.paused,
        "theme": contest.theme,
        "account": contest.account_name,
        "opens_at": moment(contest.window.opens_at),
        "closes_at": moment(contest.window.closes_at),
        "server_time": moment(now),
        "draw_size": contest.quiz.draw_size,
        "pass_mark": contest.quiz.pass_mark,
        "attempt_minutes": contest.quiz.attempt_minutes,
        "min_seconds": contest.quiz.min_seconds,
        "prizes": switches.prizes(contest.prizes).value,
        "paid_from": moment(quiet) if (quiet := _quiet_until(contest, now)) else None,
        "budget_fen": contest.prizes.budget_fen,
        "packets": contest.prizes.packets,
        "min_fen": contest.prizes.min_fen,
        "max_fen": contest.prizes.max_fen,
        "commitment": switches.commitment,
        "referral": contest.referral.policy.value,
        "referral_show": contest.referral.show.value,
        "ranking": contest.reporting.ranking_public,
        "how": list(filled(contest.page.how, contest)),
        "organisers": [{"role": one.role, "name": one.name} for one in contest.page.organisers],
        "privacy": contest.privacy.text or None,
    }


def texts_body(contest: Contest) -> dict[str, Any]:
    """What only the screens behind a tap show: kept out of the first view, whose bytes are counted."""
    return {"rules": list(filled(contest.page.rules, contest)), "office": _office_body(contest.office)}


def _office_body(office: Office) -> dict[str, str] | None:
    return {"name": office.name, "phone": office.phone, "hours": office.hours} if office.name else None


def _quiet_until(contest: Contest, now: datetime) -> datetime | None:
    """The end of the quiet hours for new claims."""
    return quiet_until(now, contest.payouts, contest.payouts.product)


def me_body(
    about: dict[str, Any], subscribed: bool, participation: Participation, claimable_until: datetime
) -> dict[str, Any]:
    """`about` is the contest's body."""
    me = participation.me
    return {
        "contest": about,
        "subscribed": subscribed,
        "on_hold": me.on_hold,
        "unit": me.unit,
        "attempts": me.attempts,
        "best_score": me.best_score,
        "chances": {"granted": me.chances.granted, "spent": me.chances.spent},
        "claimable": list(participation.claimable),
        "claims": [claim_body(claim, claimable_until) for claim in participation.claims],
    }


def claim_body(claim: Claim, claimable_until: datetime) -> dict[str, Any]:
    """`claimable_until` is the contest's, for transfers."""
    return {
        "claim_id": claim.claim_id,
        "amount_fen": claim.packet.amount_fen,
        "status": PUBLIC_STATUS.get(claim.status, claim.status).value,
        "claimed_at": moment(claim.claimed_at),
        "number": claim.packet.number,
        "receipt": _receipt_body(claim),
        "claimable_until": moment(claimable_until) if claim.is_on_request else None,
        "note": payout_note(claim) or None,
    }


def _receipt_body(claim: Claim) -> dict[str, str] | None:
    """The parameters that the page passes to WeChat's `requestMerchantTransfer`; None unless the transfer waits for its
    winner."""
    payer = claim.order.payer
    if not claim.receipt or payer is None or claim.status is not PayoutStatus.SENT:
        return None
    return {"mch_id": payer.mch_id, "app_id": payer.app_id, "package": claim.receipt}


def units_body(units: Sequence[ReportingUnit]) -> dict[str, Any]:
    """The units' names, the everyday and former names of those that have some, and the names by kind in the file's
    order."""
    by_kind: dict[str, list[str]] = {}
    for unit in units:
        by_kind.setdefault(unit.kind, []).append(unit.name)
    return {
        "units": [unit.name for unit in units],
        "also": {unit.name: [*unit.also, *unit.formerly] for unit in units if unit.also or unit.formerly},
        "kinds": [{"name": kind, "units": names} for kind, names in by_kind.items()],
    }


def ranking_body(ranking: Ranking) -> dict[str, Any]:
    units = [
        {
            "name": one.unit.name,
            "people": one.people,
            "headcount": one.unit.headcount,
            "rank": one.rank,
            "share_rank": one.share_rank,
        }
        for one in ranking.units
    ]
    updated_at = moment(ranking.counted_at) if ranking.counted_at else None
    return {"updated_at": updated_at, "total": ranking.total, "units": units, "final": _final(ranking.final)}


def _final(found: LastTotals | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {"attempts": found.attempts, "packets": found.packets, "claimed_fen": found.claimed_fen}


def lessons_body(lessons: Iterable[Lesson], bank: Bank | None, withdrawn: Set[str] = frozenset()) -> dict[str, Any]:
    """The cards by subject; with a bank, which only a closed contest may show, its questions and answers too."""
    by_subject: dict[str, list[dict[str, str]]] = {}
    for one in lessons:
        card = {"title": one.title, "text": one.text, "source": one.source}
        by_subject.setdefault(one.subject, []).append(card)
    subjects = [{"name": name, "cards": cards} for name, cards in by_subject.items()]
    if bank is None:
        return {"subjects": subjects}
    return {"subjects": subjects, "bank": [_solved(one, one.id in withdrawn) for one in bank.questions]}


def _solved(question: Question, withdrawn: bool) -> dict[str, Any]:
    return {
        "stem": question.stem,
        "options": list(question.options),
        "correct": question.answer,
        "explanation": question.explanation,
        "source": question.source,
        "subject": question.subject,
        **_mark(withdrawn),
    }


def _mark(withdrawn: bool) -> dict[str, bool]:
    """Only a withdrawn question is marked."""
    return {"withdrawn": True} if withdrawn else {}


def draw_body(offer: Offer, bank: Bank) -> dict[str, Any]:
    """Shows only what participants may know before grading."""
    questions = []
    for drawn in offer.draw.questions:
        question = bank.get(drawn.question_id)
        options = [{"key": KEYS[i], "text": question.options[index]} for i, index in enumerate(drawn.order)]
        questions.append({"id": question.id, "stem": question.stem, "options": options})
    return {
        "attempt_id": offer.draw.attempt_id,
        "attempt": offer.token,
        "expires_at": moment(offer.expires_at),
        "questions": questions,
    }


def result_body(attempt: Attempt, bank: Bank) -> dict[str, Any]:
    return {
        "score": attempt.score,
        "passed": attempt.passed,
        # A passed attempt is claimable. A repeat gets the same answer, even after the claim.
        "claimable": attempt.passed,
        "review": [_review(answer, bank) for answer in attempt.answers],
    }


def _review(answer: Answer, bank: Bank) -> dict[str, Any]:
    try:
        question = bank.get(answer.question_id)
        explanation, source = question.explanation, question.source
    except KeyError:  # removed from the bank since
        explanation = source = ""
    return {
        "id": answer.question_id,
        "chosen": answer.chosen,
        "correct": answer.correct,
        "explanation": explanation,
        "source": source,
        **_mark(answer.withdrawn),
    }

"""DayScan: every attempt, claim and unit of one contest, each once, and the followers."""

from dataclasses import replace

from chalicelib.domain.desk.day_tally import AttemptSeen, ClaimSeen, DayTally, Seen, UnitSeen
from chalicelib.ports import Ports, Verdict
from tests.contract import setup_steps
from tests.contract.conftest import Engine
from tests.contract.test_ledger import brought, people
from tests.support import examples
from tests.support.examples import CLOSES, NOON, act, smoke_payment


def scanned(ports: Ports) -> dict[str, list[Seen]]:
    """By openid. All of one person comes together."""
    found: dict[str, list[Seen]] = {}
    last = ""
    for seen in ports.day_scan.scan_people():
        who = seen.who.rpartition("#")[2]
        assert who == last or who not in found
        found.setdefault(who, []).append(seen)
        last = who
    return found


def kinds(rows: list[Seen], kind: type) -> list[Seen]:
    return [row for row in rows if isinstance(row, kind)]


def test_a_contest_in_which_nothing_happened(ports: Ports) -> None:
    assert list(ports.day_scan.scan_people()) == []


def test_each_person_s_attempts_claims_and_unit_come_together(ports: Ports, openid: str) -> None:
    claims = people(ports, openid)
    for claim in claims[:2]:
        ports.participants.set_unit(claim.openid, "区法院")
    found = scanned(ports)
    assert found.keys() == {claim.openid for claim in claims}
    for claim in claims:
        rows = found[claim.openid]
        attempts = [row for row in rows if isinstance(row, AttemptSeen)]
        assert sorted(row.passed for row in attempts) == [False, True, True]
        (failed,) = (row for row in attempts if not row.passed)
        given = [(one.question_id, one.chosen, one.correct) for one in examples.attempt("failed", 2).answers]
        assert [tuple(answer) for answer in failed.answers] == given
        assert failed.graded_at == NOON
        assert [row[1:] for row in kinds(rows, ClaimSeen)] == [(NOON, claim.packet.amount_fen, "owed")]
        units = [row.unit for row in rows if isinstance(row, UnitSeen)]
        assert units == (["区法院"] if claim in claims[:2] else [])


def test_smoke_payments_and_other_contests_are_left_out(
    engine: Engine, ports: Ports, openid: str, contest_id: str
) -> None:
    """Even if one contest's id begins with the other's."""
    elsewhere = engine.ports(contest_id + "-2")
    people(elsewhere, openid, 2)
    assert ports.payouts.put_smoke_payment(smoke_payment(), act())
    assert list(ports.day_scan.scan_people()) == []
    assert len(scanned(elsewhere)) == 2


def test_erased_answers_are_attempts_still(ports: Ports, openid: str) -> None:
    setup_steps.follow(ports, openid)
    setup_steps.grade(ports, openid, "a1")
    ports.personal_data.erase_answers(openid, act())
    ((erased,),) = scanned(ports).values()
    assert isinstance(erased, AttemptSeen)
    assert (erased.passed, list(erased.answers)) == (True, [])


def test_an_attempt_with_a_withdrawn_question_is_read(ports: Ports, openid: str) -> None:
    """It is of a newer version than others."""
    setup_steps.follow(ports, openid)
    graded = examples.attempt("a1", 4)
    answers = (*graded.answers[:9], replace(graded.answers[9], withdrawn=True))
    assert ports.participants.record_attempt(openid, replace(graded, answers=answers, passed=True), 0) is Verdict.DONE
    (rows,) = scanned(ports).values()
    assert [len(row.answers) for row in rows if isinstance(row, AttemptSeen)] == [10]


def test_what_happens_in_between_is_counted_as_of_the_moment(ports: Ports, openid: str) -> None:
    """While the scan goes on, people answer again and claim; the tally of NOON does not see it."""
    late = NOON + examples.SECOND
    claims = people(ports, openid)
    for claim in claims:
        assert ports.payouts.replace_claim(claim, replace(claim, claimed_at=late))
    tally, rest = DayTally(late), DayTally(CLOSES)
    for number, seen in enumerate(ports.day_scan.scan_people()):
        if number == 1:
            for claim in claims:
                ports.participants.record_attempt(claim.openid, examples.attempt("zz", graded_at=late), 0)
        tally.take(seen)
        rest.take(seen)
    assert tally.figures(ports.day_scan.count_followers()).attempts == 3 * len(claims)
    figures = rest.figures(ports.day_scan.count_followers())
    assert (figures.total_people, figures.claims) == (len(claims), len(claims))


def test_followers_and_the_friends_of_this_contest(engine: Engine, ports: Ports, openid: str, contest_id: str) -> None:
    """The engine's followers are shared: the suite's other people count too."""
    before = ports.day_scan.count_followers()
    assert (before.friends, before.beyond, before.taken) == (0, 0, 0)
    brought(engine.ports(contest_id + "-2"), f"{openid}x", f"{openid}s")
    friend = brought(ports, f"{openid}f", f"{openid}s")
    setup_steps.follow(ports, f"{openid}f", subscribed=False, create_time=200)
    assert ports.referrals.withdraw_chance(friend)
    after = ports.day_scan.count_followers()
    assert after.followers - before.followers == 2
    assert (after.friends, after.beyond, after.taken) == (1, 0, 1)

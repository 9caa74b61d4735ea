"""A person's data are exported and erased on request; everybody's are purged, in spite of any interruption."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.claim import PayoutStatus
from chalicelib.domain.count_round import CountRound
from chalicelib.domain.desk.desk_errors import DeskRefused
from chalicelib.domain.desk.desk_link import Role
from chalicelib.domain.desk.unit_events import UnitEvent, events_body, events_of
from chalicelib.domain.errors import DecisionRefused, NoChanceLeft, OperatorRefused
from chalicelib.domain.operator_log import person_digest
from chalicelib.domain.participation import Chances
from chalicelib.domain.purge import PurgeState, is_digest
from chalicelib.domain.switches import Switches
from chalicelib.ports import OfficeRecord
from chalicelib.usecases.personal_records import ERASE, EXPORT, PURGE
from tests.support import examples
from tests.support.bench import Bench
from tests.support.killed import Killed
from tests.usecases.payout_helpers import live_on


def lived(former: str = "") -> Bench:
    """A contest in which friends followed and unfollowed, and packets were claimed and paid."""
    contest = examples.contest()
    bench = Bench(replace(contest, privacy=replace(contest.privacy, former=former)))
    bench.activate()
    bench.follow("o0")
    for friend in ("friend1", "friend2"):
        bench.brought(friend, "o0")
    bench.clock.advance(minutes=1)
    bench.leaves("friend2")
    for who in ("o0", "o0", "o1", "friend1"):
        bench.claimed(who)
    bench.passed("o2")
    bench.ports.participants.set_unit("o1", "区法院")
    return bench


def settle(bench: Bench) -> None:
    """Makes every payout final."""
    live_on(bench, hours=2)
    for claim in bench.state.claims.copy().values():
        final = replace(claim, status=PayoutStatus.RECEIVED, due_at=None)
        assert bench.ports.payouts.replace_claim(claim, final)


def due(former: str = "") -> Bench:
    bench = lived(former)
    settle(bench)
    bench.ports.baseline.move_import("o9")
    person = {"name": "张三", "post": "科长", "telephone": "13812345678"}
    bench.ports.office.write_record(OfficeRecord("contacts#区法院", {}, 0), {"people": [person], "posters": 5})
    bench.app.desk.links.make_link(Role.VIEWER, "", "张三", 7, "wang")
    until = bench.contest.privacy.kept_until
    assert until
    bench.clock.now = until
    return bench


def purge(bench: Bench) -> int:
    return bench.app.personal_records.purge("wang", "", lambda done: None)


def refused(code: str) -> "pytest.RaisesExc[OperatorRefused]":
    return pytest.raises(OperatorRefused, match=f"^{code}$")


def test_an_export_is_logged_without_the_openid() -> None:
    bench = lived()
    assert len(bench.app.personal_records.export_person("o1", "wang", "asked")) == 4
    (entry,) = (one for one in bench.state.log if one.what == EXPORT)
    assert (entry.about, entry.who, entry.reason) == (person_digest("test", "o1"), "wang", "asked")
    with refused("no_such_person"):
        bench.app.personal_records.export_person("nobody", "wang", "")


def test_nothing_is_erased_while_a_payout_is_not_final() -> None:
    bench = lived()
    with refused("payout_not_final"):
        bench.app.personal_records.erase_person("o1", "wang", "asked")
    with refused("no_such_person"):
        bench.app.personal_records.erase_person("nobody", "wang", "asked")
    assert not [one for one in bench.state.log if one.what == ERASE]


def test_the_books_are_in_order_after_an_erasure() -> None:
    bench = lived()
    settle(bench)
    assert bench.app.personal_records.erase_person("o1", "wang", "asked")
    assert not bench.app.personal_records.erase_person("o1", "wang", "asked"), "again"
    assert [one.about for one in bench.state.log if one.what == ERASE] == [person_digest("test", "o1")]
    assert bench.app.audit.audit_books().violations == ()
    assert not [one for (who, _), one in bench.state.attempts.items() if who == "o1" and one.answers]
    assert bench.state.people["o1"].unit is None


def test_who_was_erased_takes_part_again_without_a_second_base_chance() -> None:
    bench = lived()
    settle(bench)
    bench.app.personal_records.erase_person("o1", "wang", "asked")
    bench.leaves("o1")
    bench.clock.advance(minutes=1)
    bench.follow("o1")
    bench.clock.advance(minutes=1)
    attempt = bench.passed("o1")
    with pytest.raises(NoChanceLeft):
        bench.app.claims.open_packet("o1", attempt)
    assert bench.app.profiles.choose_unit("o1", "区法院") == "区法院"
    me = bench.ports.participants.read_participation("o1").me
    assert (me.attempts, me.chances) == (2, Chances(1, 1))
    assert bench.ports.participants.count_people() == {"区法院": 1, "": 3}
    assert bench.app.audit.audit_books().violations == ()


def test_a_purge_needs_its_date_and_final_payouts() -> None:
    bench = due()
    bench.clock.advance(seconds=-1)
    with refused("kept_until"):
        purge(bench)
    bench.clock.advance(seconds=1)
    claim = next(iter(bench.state.claims.values()))
    bench.ports.payouts.replace_claim(claim, replace(claim, status=PayoutStatus.PARKED, due_at=bench.clock.now))
    with refused("payout_not_final"):
        purge(bench)
    dateless = replace(bench.contest, privacy=replace(bench.contest.privacy, kept_until=None))
    with refused("no_kept_until"):
        bench.instance(dateless).personal_records.purge("wang", "", lambda done: None)
    assert bench.state.switches.purge is PurgeState.NONE


@pytest.mark.parametrize("former", ["", "digest"])
def test_after_a_purge_only_books_are_left(former: str) -> None:
    bench = due(former)
    before = bench.app.audit.audit_books()
    openids = {*bench.world.followers, *(claim.openid for claim in bench.state.claims.values())}
    units = bench.ports.participants.count_people()
    assert purge(bench) > 0
    after = bench.app.audit.audit_books()
    assert after.violations == ()
    assert (after.by_status, after.claimed_fen, after.free_fen) == (
        before.by_status,
        before.claimed_fen,
        before.free_fen,
    )
    stored = repr((bench.world.followers, bench.state))
    assert not [openid for openid in (*openids, "o9") if f"'{openid}'" in stored]
    assert not [text for text in ("张三", "13812345678") if text in stored]
    assert [one.role for one in bench.app.desk.links.all_links()] == [Role.VIEWER]
    assert bench.ports.control.stored_counts() == units
    kept = bench.world.followers
    assert (len(kept), all(map(is_digest, kept))) == (5 if former else 0, True)
    assert purge(bench) == 0
    assert [one.new for one in bench.state.log if one.what == PURGE] == ["begun", "done"]
    claim = next(iter(bench.state.claims.values()))
    with pytest.raises(DecisionRefused, match="purged"):
        bench.app.decisions.find_claim(claim.claim_id)


def test_another_run_that_purges_meanwhile_leaves_the_last_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    bench = due()
    counts, read = bench.ports.participants.count_people(), bench.ports.control.read_switches

    def purged_after() -> Switches:
        found = read()
        monkeypatch.setattr(bench.ports.control, "read_switches", read)
        purge(bench)
        return found

    monkeypatch.setattr(bench.ports.control, "read_switches", purged_after)
    assert purge(bench) == 0
    assert bench.ports.control.stored_counts() == counts


def test_a_count_that_was_never_completed_is_not_continued_among_the_purged() -> None:
    bench = due()
    counts = bench.ports.participants.count_people()
    bench.ports.control.keep_unfinished(CountRound(bench.clock.now, shards=1))
    purge(bench)
    for _ in range(3):
        bench.clock.advance(minutes=1)
        bench.app.sweep.sweep_once()
    assert bench.ports.control.stored_counts() == counts


@pytest.mark.parametrize("former", ["", "digest"])
def test_a_purge_that_was_killed_at_any_call_is_taken_up(former: str) -> None:
    calls = 0
    while True:
        bench = due(former)
        bench.world.will_die(calls)
        try:
            purge(bench)
        except Killed:
            bench.world.will_die(None)
        else:
            break
        assert bench.app.audit.audit_books().violations == (), f"killed after {calls} calls"
        purge(bench)
        assert bench.app.audit.audit_books().violations == ()
        assert bench.state.switches.purge is PurgeState.DONE
        assert not [one for one in bench.world.followers if not is_digest(one)]
        calls += 1
    assert calls > 12


def test_a_person_s_rows_left_after_the_purge_are_a_violation() -> None:
    bench = due()
    purge(bench)
    bench.ports.participants.set_hold("o1", True, examples.act())
    (said,) = bench.app.audit.audit_books().violations
    assert said == "R17 after the purge 1 people and 0 friends are left"


def test_no_decision_about_a_person_follows_a_purge() -> None:
    bench = due()
    purge(bench)
    bench.follow("new")
    with refused("purged"):
        bench.app.person_decisions.set_hold("new", True, "wang", "")
    assert bench.app.audit.audit_books().violations == ()


def test_the_follower_registry_waits_for_another_contest_to_close() -> None:
    bench = due()
    other = bench.world.contest("next")
    other.switches = replace(other.switches, plan_id="plan")
    with refused("others_unfinished"):
        purge(bench)
    assert (bench.state.people, bench.state.friends) == ({}, set())
    assert {*bench.world.followers} == {"o0", "o1", "o2", "friend1", "friend2"}
    assert bench.app.audit.audit_books().violations == ()
    other.switches = replace(other.switches, closed_at=bench.clock.now)
    purge(bench)
    assert bench.world.followers == {}


def test_people_who_come_while_it_runs_do_not_keep_it_from_ending() -> None:
    bench = due()
    bench.clock.advance(seconds=1)
    bench.follow("new")
    bench.clock.advance(seconds=-1)
    purge(bench)
    assert {*bench.world.followers} == {"new"}


def test_a_former_follower_of_a_purged_contest_is_no_new_one() -> None:
    bench = due("digest")
    purge(bench)
    contest = examples.contest("next")
    window = replace(
        contest.window, opens_at=bench.clock.now - timedelta(days=1), closes_at=bench.clock.now + timedelta(days=1)
    )
    for former, granted in (("digest", 1), ("", 2)):
        following = Bench(
            replace(contest, window=window, privacy=replace(contest.privacy, former=former)),
        )
        following.world.followers |= bench.world.followers
        following.world.former_key = bench.world.former_key
        following.clock.now = bench.clock.now
        following.follow("sharer")
        following.brought("o1", "sharer")
        assert following.ports.participants.read_participation("sharer").me.chances.granted == granted


def test_what_the_desk_keeps_about_people_goes_too() -> None:
    bench = due()
    office, files, links = bench.ports.office, bench.ports.office_files, bench.app.desk.links
    tokens = [links.make_link(role, "", "张三", 100, "wang").token for role in (Role.EDITOR, Role.VIEWER)]
    event = UnitEvent("2020-07-08", "09:30", "张三家", "张三讲诚信", 120)
    for name in ("story#区法院", "pictures#区法院", "figures"):
        office.write_record(OfficeRecord(name, {}, 0), {"of": name})
    office.write_record(OfficeRecord("events#区法院", {}, 0), events_body([event]))
    for key in (f"{kind}/{contest}/unit/1.jpg" for kind in ("pictures", "uploads") for contest in ("test", "another")):
        files.put_file(key, b"x", "image/jpeg")
    exported = [row["name"] for table, row in bench.app.personal_records.everything() if table == "office"]
    kinds = ["contacts#", "events#", "story#", "pictures#"]
    assert [name.partition("#")[0] for name in exported] == ["link", "link", "link", *(kind[:-1] for kind in kinds)]
    purge(bench)
    assert [office.read_record(f"{kind}区法院").body for kind in kinds if kind != "events#"] == [{}, {}, {}]
    assert office.read_record("figures").body == {"of": "figures"}
    assert events_of(office.read_record("events#区法院").body) == (replace(event, place="", title=""),)
    link = next(one for one in links.all_links() if one.role is Role.EDITOR)
    assert (link.person, link.pin, link.role) == ("", "", Role.EDITOR)
    for token in tokens:
        with pytest.raises(DeskRefused, match="refused"):
            links.open_link(token, "")
    for kind in ("pictures", "uploads"):
        stored = [files.read_file(f"{kind}/{contest}/unit/1.jpg") for contest in ("test", "another")]
        assert stored == [None, b"x"], "the other contest's stay"


def test_what_is_stored_through_an_old_copy_of_a_link_goes_with_the_next_purge() -> None:
    bench = due()
    purge(bench)
    assert bench.app.personal_records.is_purged
    bench.ports.office.write_record(OfficeRecord("story#区法院", {}, 0), {"text": "张三讲诚信"})
    bench.clock.advance(seconds=600)
    logged = len(list(bench.ports.ledger.log_entries()))
    assert purge(bench) == 1
    assert bench.ports.office.read_record("story#区法院").body == {}
    assert purge(bench) == 0
    assert len(list(bench.ports.ledger.log_entries())) == logged + 1

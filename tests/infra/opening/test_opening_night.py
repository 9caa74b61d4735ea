"""A whole night in small: nobody is lost, and each limit, made small, is the one that refuses."""

from dataclasses import replace

import pytest

from chalicelib.domain.prizes import SHARDS
from infra.opening import __main__ as command
from infra.opening.arrivals import CURVES, Arrivals, falling
from infra.opening.cloud import Cloud, Settings, Used
from infra.opening.cost import dollars
from infra.opening.crowd import STEP
from infra.opening.derived import UNLIMITED
from infra.opening.journey import calls
from infra.opening.latency import money_seconds, seconds_to
from infra.opening.opening_night import Night, Opening
from infra.opening.payout_workers import QueuePayouts
from infra.percentiles import percentile

PEOPLE = 3_000
SHORT_CROWD = Arrivals(0.5, falling(20))
WARM = Settings(warm_environments=500)
SHORT = 60.0
"""Seconds: until then everybody has drawn."""


def night(settings: Settings, people: int = PEOPLE, packets: int = PEOPLE, longest: float = SHORT) -> Night:
    return Night(Opening(people, SHORT_CROWD, packets), Cloud(settings, SHARDS)).run(longest)


@pytest.fixture(scope="module")
def whole() -> Night:
    return night(WARM, longest=600)


@pytest.mark.parametrize("settings", [WARM, replace(WARM, concurrency=27), replace(WARM, gateway_requests=100)])
def test_nobody_is_lost_whatever_refuses_them(settings: Settings) -> None:
    found = night(settings)
    assert found.come == pytest.approx(PEOPLE)
    assert abs(found.lost) < 1e-6
    assert min(waiting.people for waiting in found.states.values()) > -1e-6


def test_in_the_end_everybody_is_answered_and_has_a_packet(whole: Night) -> None:
    assert whole.finished == pytest.approx(PEOPLE, abs=0.5)
    assert whole.claimed == pytest.approx(whole.finished)
    assert whole.claimed == pytest.approx(whole.payouts.sent + whole.payouts.waiting)
    assert dict(whole.cloud.refused) == pytest.approx(dict.fromkeys(whole.cloud.refused, 0.0))


def test_without_limits_each_wait_has_its_closed_form(whole: Night) -> None:
    """The answer of a call: the way to the phone and back, and the call itself."""
    claim = next(call for call in calls() if call.name == "claim")
    for share in (0.5, 0.99):
        assert percentile(seconds_to(whole, "claim", "claim"), share) == pytest.approx(0.06 + claim.seconds)
    drawn, submitted = (sum(whole.begun[call]) for call in whole.way if call.name in ("draw", "submit"))
    assert (drawn, submitted) == pytest.approx((PEOPLE, PEOPLE), abs=0.5)


def test_packets_end_and_the_others_are_answered_too() -> None:
    found = night(WARM, packets=1_000, longest=600)
    assert found.claimed == pytest.approx(1_000)
    assert found.finished == pytest.approx(PEOPLE, abs=0.5)


def test_money_comes_at_the_workers_rate(whole: Night) -> None:
    """The last packet waits for all before it, less those already sent."""
    assert whole.payouts.rate == 25
    last = max(step for step, (opened, _) in enumerate(whole.owed) if opened > 1e-6)
    first = min(step for step, (opened, _) in enumerate(whole.owed) if opened > 1e-6)
    longest = PEOPLE / 25 - (last - first) * STEP
    assert max(money_seconds(whole)) >= longest


@pytest.mark.parametrize(
    ("settings", "what", "other"),
    [
        (replace(WARM, gateway_requests=150), "API Gateway", "Lambda"),
        (replace(WARM, concurrency=28, warm_environments=0), "Lambda", "API Gateway"),
    ],
)
def test_each_limit_refuses_by_its_own_name(settings: Settings, what: str, other: str) -> None:
    refused = night(settings).cloud.refused
    assert refused[what] > 100
    assert refused[other] == pytest.approx(0)


def test_the_tables_limit_is_seen_by_the_claims() -> None:
    found = night(replace(UNLIMITED, warm_writes=1, warm_reads=1, table_writes=40), longest=110)
    assert found.cloud.refused["DynamoDB participants"] > 100
    assert found.under_way + found.finished == pytest.approx(PEOPLE)


def test_those_who_are_followed_see_what_the_crowd_sees() -> None:
    """Two computations of one thing: the share that is answered at once."""
    found = night(replace(WARM, gateway_requests=200))
    draw = next(call for call in found.way if call.name == "draw")
    first = [(count, found.answers[step][draw]) for step, count in enumerate(found.begun[draw]) if count > 1e-9]
    expected = sum(count * met.answered for count, met in first) / sum(count for count, _ in first)
    took = seconds_to(found, "draw", "draw")
    at_once = sum(seconds < 1 for seconds in took) / len(took)
    assert expected < 0.9
    assert at_once == pytest.approx(expected, abs=0.05)


def test_the_command_prints_every_minute(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(CURVES, "gate", Arrivals(1.0, falling(1)))
    assert command.main(["--people", "500", "--curve", "gate", "--warm"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("500 people, gate, 400 packets; Settings(")
    assert [line.split()[0] for line in lines[2:-1]] == [str(minute) for minute in range(len(lines) - 3)]
    assert "500 served, lost 0; refused: none" in lines[-1]


def test_the_readers_of_the_queue_grow_to_the_workers_number() -> None:
    payouts = QueuePayouts(Settings(per_second=30))
    payouts.put(1_000)
    sent = []
    for _ in range(20):
        before = payouts.sent
        payouts.work()
        sent.append(payouts.sent - before)
    assert sent[0] < sent[5] < sent[9]
    assert sent[14:] == pytest.approx([payouts.rate * STEP] * 6)
    assert payouts.sent + payouts.waiting == pytest.approx(1_000)


@pytest.mark.parametrize(("product", "rate"), [("red_packet", 30), ("transfer", 100)])
def test_each_product_has_its_limit(product: str, rate: int) -> None:
    assert QueuePayouts(Settings(per_second=200, product=product)).rate == rate


def test_a_claim_without_packets_writes_nothing_and_one_that_loses_packets_more(whole: Night) -> None:
    without = night(WARM, packets=0, longest=600)
    newcomers = sum(without.begun[without.way[0]])
    follow, *rest = (sum(call.writes.values()) for call in whole.way if not call.takes_packet)
    assert without.cloud.used.writes == pytest.approx(newcomers * follow + PEOPLE * sum(rest), rel=0.01)
    claim = next(call for call in whole.way if call.takes_packet)
    assert whole.cloud.used.writes - without.cloud.used.writes > PEOPLE * sum(claim.writes.values())


def test_what_is_paid_for_grows_with_use() -> None:
    used = Used(requests=1e6, writes=2e6)
    assert dollars(used, 0) == pytest.approx(3.5 + 1.25)
    assert dollars(used, 1_000) > dollars(used, 0)
    assert used.since(Used(requests=4e5)) == Used(requests=6e5, writes=2e6)


def test_the_table_of_accounts_has_a_row_for_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(CURVES, "midnight", SHORT_CROWD)
    head, _, *rows = command.by_account([400])
    assert [row.split("|")[2].strip() for row in rows] == ["new", "new, warm", "raised", "raised, warm"]
    assert {row.count("|") for row in rows} == {head.count("|")}
    assert all("✓" in row for row in rows)

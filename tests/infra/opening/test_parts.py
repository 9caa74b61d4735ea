"""The parts of the model: each obeys its limit."""

import ast
import json

import pytest

from infra.opening import limits
from infra.opening.arrivals import CURVES
from infra.opening.buckets import Bucket, Gateway
from infra.opening.crowd import STEP, Waiting
from infra.opening.functions import Functions
from infra.opening.journey import FIRST, LOOK, MEASURED, SHARE, TRIES, Kind, Refusal, Try, after, calls
from infra.opening.tables import Accepted, Table
from infra.page_waits import page_waits
from infra.project import ROOT


def test_a_wait_ends_evenly_between_its_bounds() -> None:
    waiting = Waiting()
    waiting.add(100, 0, 1.0, 2.0)
    due = [waiting.due(step) for step in range(25)]
    assert due[:10] == [0] * 10
    assert due[10:20] == pytest.approx([10] * 10)
    assert (sum(due), waiting.people) == pytest.approx((100, 0))


def test_nobody_waits_shorter_than_a_step() -> None:
    waiting = Waiting()
    waiting.add(5, 3, 0.0, 0.0)
    assert [waiting.due(step) for step in (3, 4, 5)] == pytest.approx([0, 5, 0])


def test_a_bucket_gives_its_burst_and_then_its_rate() -> None:
    bucket = Bucket(100, 50)
    taken = []
    for _ in range(100):
        bucket.refill()
        taken.append(bucket.take(1_000))
    assert taken[0] == 50
    assert sum(taken) <= 50 + 100 * 100 * STEP
    assert taken[1:] == pytest.approx([10] * 99)


def test_the_account_s_bucket_holds_over_all_methods() -> None:
    gateway, passed = Gateway(1_000), 0.0
    for _ in range(100):
        wanted = {"/a/GET": 300.0, "/b/GET": 300.0, "/c/GET": 300.0}
        shares = gateway.admit(wanted)
        passed += sum(count * shares[method] for method, count in wanted.items())
    assert 9_000 < passed <= 500 + 1_000 * 10


def test_a_sign_in_has_a_tenth() -> None:
    gateway, passed = Gateway(1_000), 0.0
    for _ in range(100):
        passed += 300 * gateway.admit({"/~1oauth~1start/GET": 300.0})["/~1oauth~1start/GET"]
    assert passed == pytest.approx(50 + 100 * 10, rel=0.02)


def test_environments_grow_as_lambda_lets_them() -> None:
    functions = Functions(50_000, cold_seconds=1.0)
    for step in range(100):
        functions.serve(step, {10.0: 5_000})
    grown = limits.LAMBDA_GROWTH + 9.9 * limits.LAMBDA_GROWTH / limits.LAMBDA_GROWTH_SECONDS
    assert functions.started == pytest.approx(grown, rel=0.01)


def test_never_more_environments_are_busy_than_there_may_be() -> None:
    functions = Functions(100, cold_seconds=1.0)
    for step in range(200):
        functions.serve(step, {0.03: 500, 0.25: 50})
    assert functions.environments <= 100
    assert functions.busiest <= 100 + 1e-6


def test_lambda_takes_ten_requests_a_second_for_each_environment() -> None:
    functions, served = Functions(100, cold_seconds=0.0, environments=100), 0.0
    for step in range(100):
        served += 500 * functions.serve(step, {0.001: 500}).share
    assert served <= 10 * 100 * 10 + 1e-6


def test_a_new_environment_answers_late() -> None:
    first = Functions(1_000, cold_seconds=1.0).serve(0, {0.03: 100})
    assert (first.share, first.cold) == (1.0, 1.0)
    assert Functions(1_000, cold_seconds=1.0, environments=500).serve(0, {0.03: 100}).cold == 0.0


def test_a_table_takes_what_its_partitions_take() -> None:
    table = Table("participants", warm_writes=4_000)
    assert table.take(10_000 * STEP).writes * 10_000 <= 4_000
    assert Table("participants", warm_writes=100_000, most=40_000).take(80_000 * STEP).writes == pytest.approx(0.5)


def test_a_partition_takes_three_reads_for_each_write_and_each_beside_the_other() -> None:
    found = Table("followers", warm_writes=4_000, warm_reads=12_000).take(10_000 * STEP, 30_000 * STEP)
    assert found.reads == pytest.approx(found.writes)
    assert found.reads * 30_000 <= 12_000
    assert Table("followers").take(0.0, 1_000 * STEP) == Accepted(1.0, 1.0)
    quota = Table("followers", warm_writes=10**6, most_reads=40_000).take(0.0, 80_000 * STEP)
    assert quota.reads == pytest.approx(0.5)


def test_shards_share_partitions_until_they_are_split() -> None:
    """Eight shards take at most 8,000 units a second, and less while some are on one partition."""
    table, wanted = Table("pool", warm_writes=4_000, shards=8), 8_000 * STEP
    assert table.take(wanted).writes * 8_000 <= 4_000 + 1e-6
    for _ in range(int(limits.SPLIT_SECONDS / STEP)):
        table.take(wanted)
    assert table.take(wanted).writes == pytest.approx(1.0)
    assert table.take(2 * wanted).writes == pytest.approx(0.5)


def test_after_half_an_hour_a_table_takes_twice_its_peak() -> None:
    table = Table("participants", warm_writes=4_000)
    table.take(4_000 * STEP)
    table.grow(0.0)
    assert table.take(6_000 * STEP).writes < 1.0
    table.grow(limits.PEAK_SECONDS)
    assert table.take(6_000 * STEP).writes == 1.0


@pytest.mark.parametrize("name", CURVES)
def test_a_curve_brings_everybody_once(name: str) -> None:
    shares = [CURVES[name].newcomers(at) for at in range(0, 1_800, 10)]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == pytest.approx((0, 1), abs=1e-3)


def test_the_page_s_waits_are_the_page_s() -> None:
    found, read = json.loads((ROOT / "chalicelib/web/src/waits.json").read_text(encoding="utf-8")), page_waits()
    assert [list(span) for span in read.spread] == found["SPREAD"]
    assert [read.retry_after, read.jitter, *read.looks] == [
        one / 1000 for one in (found["RETRY_AFTER_MS"], found["JITTER_MS"], *found["LOOKS_MS"])
    ]
    page = next(call for call in calls() if call.kind is Kind.PAGE)
    assert after(page, FIRST, Refusal.TRY_AGAIN) == (Try(True, 0), (2.4, 2.4 + 1.2))
    assert after(page, Try(True, 0), Refusal.TRY_AGAIN) == (Try(False, 1), (2, 9))
    assert after(page, FIRST, Refusal.TOO_MANY) == (Try(False, 1), (5, 12))
    assert after(page, Try(False, 2), Refusal.TOO_MANY) == (Try(False, 2), (8, 31))


def test_a_side_call_is_repeated_once_and_a_message_three_times() -> None:
    assert after(SHARE, FIRST, Refusal.TOO_MANY) is None
    assert after(SHARE, Try(True, 0), Refusal.TRY_AGAIN) is None
    follow, tried, repeats = calls()[0], FIRST, 0
    while found := after(follow, tried, Refusal.TOO_MANY):
        tried, repeats = found[0], repeats + 1
        assert tried in TRIES
    assert repeats == limits.CALLBACK_REPEATS


def test_every_call_is_measured_and_every_measured_call_is_made() -> None:
    assert {call.name for call in (*calls(), SHARE, LOOK)} == set(MEASURED["calls"])


def test_every_limit_has_its_source() -> None:
    """A docstring for each line of constants, and a source in each docstring."""
    module = ast.parse((ROOT / "infra/opening/limits.py").read_text(encoding="utf-8"))
    _, *body = module.body
    texts = [one.value.value for one in body if isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant)]
    assert len(texts) == sum(isinstance(one, ast.Assign) for one in body) == len(body) / 2
    assert [text for text in texts if "Source" not in str(text)] == []

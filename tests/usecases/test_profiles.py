"""A participant's own profile, and the reporting unit (R13)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from chalicelib.domain.errors import ContestClosed, ContestError, NotFollowing, UnitAlreadySet, UnknownUnit
from chalicelib.domain.participation import Chances, Me, Participation
from chalicelib.domain.reporting import Reporting, ReportingUnit
from tests.support.bench import Bench
from tests.support.examples import CLOSES, OPENS
from tests.usecases.check_order import every_choice

ME = "o1"


def test_a_stranger_sees_an_empty_record(bench: Bench) -> None:
    assert bench.app.profiles.read_profile(ME) == (False, Participation(Me(), (), ()))


def test_a_participant_sees_what_they_did(bench: Bench) -> None:
    claim = bench.claimed(ME)
    passed = bench.submit(ME, bench.drawn(ME), right=8)
    bench.world.calls.clear()
    subscribed, participation = bench.app.profiles.read_profile(ME)
    assert subscribed
    assert participation == Participation(
        Me(2, 8, Chances(1, 1), submitted_at=bench.clock.now), (passed.attempt_id,), (claim,)
    )
    assert (bench.world.reads(), bench.world.writes()) == (2, 0)


def test_who_left_still_sees_their_record(bench: Bench) -> None:
    claim = bench.claimed(ME)
    bench.unfollow(ME)
    subscribed, participation = bench.app.profiles.read_profile(ME)
    assert not subscribed
    assert participation.claims == (claim,)


def test_a_unit_is_chosen_once(bench: Bench) -> None:
    bench.follow(ME)
    assert bench.app.profiles.choose_unit(ME, "区法院") == "区法院"
    assert bench.app.profiles.choose_unit(ME, "区法院") == "区法院"
    with pytest.raises(UnitAlreadySet):
        bench.app.profiles.choose_unit(ME, "团区委")
    assert bench.app.profiles.read_profile(ME)[1].me.unit == "区法院"


@pytest.mark.parametrize("moment", [OPENS - timedelta(days=1), OPENS, CLOSES - timedelta(milliseconds=1)], ids=str)
def test_a_unit_may_be_chosen_until_closing(bench: Bench, moment: datetime) -> None:
    bench.follow(ME)
    bench.clock.now = moment
    assert bench.app.profiles.choose_unit(ME, "区法院")


def test_the_same_unit_again_is_a_read_also_after_closing(bench: Bench) -> None:
    bench.follow(ME)
    bench.app.profiles.choose_unit(ME, "区法院")
    bench.clock.now = CLOSES
    before = bench.world.snapshot()
    assert bench.app.profiles.choose_unit(ME, "区法院") == "区法院"
    with pytest.raises(ContestClosed):
        bench.app.profiles.choose_unit(ME, "团区委")
    assert bench.world.snapshot() == before


def test_who_registered_under_a_former_name_is_in_the_renamed_unit(bench: Bench) -> None:
    bench.follow(ME)
    bench.app.profiles.choose_unit(ME, "区法院")
    renamed = Reporting((ReportingUnit("洪泽法院", "department", formerly=("区法院",)),))
    app = bench.instance(contest=replace(bench.contest, reporting=renamed))
    assert app.profiles.read_profile(ME)[1].me.unit == "洪泽法院"
    for name in ("洪泽法院", "区法院"):
        assert app.profiles.choose_unit(ME, name) == "洪泽法院"
    bench.clock.now = CLOSES
    assert app.profiles.choose_unit(ME, "区法院") == "洪泽法院"


ORDER: dict[str, tuple[type[ContestError], Callable[[Bench], object]]] = {
    "closed": (ContestClosed, lambda bench: setattr(bench.clock, "now", CLOSES)),
    "unknown": (UnknownUnit, lambda bench: None),
    "unfollowed": (NotFollowing, lambda bench: bench.unfollow(ME)),
    "set": (UnitAlreadySet, lambda bench: bench.app.profiles.choose_unit(ME, "区法院")),
}


@pytest.mark.parametrize("wrong", every_choice(list(ORDER)), ids=" ".join)
def test_the_first_reason_refuses(bench: Bench, wrong: tuple[str, ...]) -> None:
    bench.follow(ME)
    for name in reversed(wrong):
        ORDER[name][1](bench)
    with pytest.raises(ContestError) as caught:
        bench.app.profiles.choose_unit(ME, "没有这个单位" if "unknown" in wrong else "团区委")
    assert type(caught.value) is ORDER[wrong[0]][0]

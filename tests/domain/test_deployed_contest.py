"""The contest that a deployment reports, and its differences from a checkout's."""

from dataclasses import replace
from datetime import UTC, timedelta, timezone
from typing import Any

import pytest

from chalicelib.domain.contest import Account, Contest, Phase
from chalicelib.domain.deployed_contest import as_text, described, from_text
from chalicelib.domain.fairness import Fairness
from tests.support import examples
from tests.support.examples import CLOSES, OPENS, SECOND

OURS = examples.contest()


def changed(section: str, **fields: Any) -> Contest:
    return replace(OURS, **{section: replace(getattr(OURS, section), **fields)})


def test_a_report_survives_storing() -> None:
    assert from_text(as_text(described(OURS))) == described(OURS)


@pytest.mark.parametrize(
    ("section", "theirs"),
    [
        ("contest", changed("contest", theme="另一场")),
        ("window", changed("window", closes_at=CLOSES + timedelta(hours=1))),
        ("prizes", changed("prizes", packets=OURS.prizes.packets + 1)),
        ("reporting", changed("reporting", units=OURS.units[:-1])),
        ("account", replace(OURS, account=Account(own_server="https://own.example"))),
    ],
)
def test_a_difference_names_its_section(section: str, theirs: Contest) -> None:
    assert described(OURS).differing(described(theirs)) == [section]
    assert described(theirs).differing(described(OURS)) == [section]


def test_the_same_moment_in_another_zone_is_no_difference() -> None:
    far = timezone(timedelta(hours=-5))
    moved = {name: getattr(OURS.window, name).astimezone(far) for name in ("announced_at", "opens_at", "closes_at")}
    assert described(changed("window", **moved)).differing(described(OURS)) == []


def test_a_default_is_not_reported() -> None:
    """A version without an optional section reports the same for the same file."""
    assert "fairness" not in described(replace(OURS, fairness=Fairness())).sections


def test_the_phase_is_the_deployment_s() -> None:
    found = described(OURS)
    moments = (OPENS - SECOND, OPENS, CLOSES - SECOND, CLOSES)
    phases = [found.phase(moment.astimezone(UTC)) for moment in moments]
    assert phases == [Phase.ANNOUNCED, Phase.OPEN, Phase.OPEN, Phase.CLOSED]

"""The settings that carry a crowd, in a small size, and the documents that list them."""

import re
from dataclasses import replace

import pytest

from chalicelib.domain.prizes import SHARDS
from infra.opening import cost, derived
from infra.opening.arrivals import CURVES, Arrivals, falling
from infra.opening.cloud import Cloud
from infra.opening.journey import share_span
from infra.opening.latency import seconds_to
from infra.opening.opening_night import Night, Opening
from infra.page_waits import page_waits
from infra.percentiles import percentile
from infra.project import ROOT


def test_a_crowd_s_settings_carry_it_and_a_quarter_of_the_gateway_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(CURVES, "test", Arrivals(0.9, falling(5)))
    people = 20_000
    found = derived.derive(people, "test")
    assert derived.carries(found)
    late = []
    for requests in (found.settings.gateway_requests, found.settings.gateway_requests // 4):
        cloud = Cloud(replace(found.settings, gateway_requests=requests), SHARDS)
        night = Night(Opening(people, CURVES["test"], people), cloud).run(40)
        late.append(percentile(seconds_to(night, "draw", "draw"), 0.99) or 0.0)
    assert late[0] < 1 < late[1]


def test_a_crowd_takes_the_settings_of_the_next_larger_one() -> None:
    kept = derived.read()
    assert list(kept) == list(cost.CROWDS)
    assert derived.for_people(100_001) == kept[1_000_000]
    assert derived.for_people(6_000_000) == kept[5_000_000]
    assert all(settings["claim_p99"] <= 10 for settings in kept.values())


@pytest.mark.parametrize("document", ["docs/capacity.md", "docs/zh/承载与费用.md"])
def test_the_documents_list_them(document: str) -> None:
    _, table = (ROOT / document).read_text(encoding="utf-8").split("`./contest warm --instances` |", 1)
    for people, settings in derived.read().items():
        row = next(line for line in table.splitlines() if line.startswith(f"| {people:,} |"))
        numbers = [int(number.replace(",", "")) for number in re.findall(r"[\d,]*\d", row)]
        assert numbers == [people, *(int(settings[name]) for name in derived.NAMES)]


@pytest.mark.parametrize(("document", "to"), [("docs/capacity.md", "to"), ("docs/zh/承载与费用.md", "至")])
def test_the_documents_have_the_page_s_waits(document: str, to: str) -> None:
    text, waits = (ROOT / document).read_text(encoding="utf-8"), page_waits()
    spans = [*waits.spread, waits.repeat_span(0), share_span()]
    assert [span for span in spans if f"{span[0]:g} {to} {span[1]:g}" not in text] == []


@pytest.mark.parametrize("document", ["docs/capacity.md", "docs/zh/承载与费用.md"])
def test_the_documents_have_the_week_s_cost(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    assert [line for line in cost.table() if line.startswith("| ") and line not in text] == []


def test_the_largest_item_comes_first_and_arm64_and_the_edge_save() -> None:
    week = cost.week(1_000_000)
    assert next(iter(week)) == "API Gateway (REST)"
    assert sum(cost.week(1_000_000, architecture="x86_64").values()) > sum(week.values())
    assert sum(cost.week(1_000_000, edge=False).values()) > sum(week.values())


def test_twice_the_people_pay_twice_what_grows_with_them() -> None:
    once, twice = cost.week(10**6), cost.week(2 * 10**6)
    fixed = {"NAT gateway", "Alarms, metrics, dashboard (a month)"}
    bounded = {"DynamoDB reads", "Lambda time"}  # the sweep's part of them
    for name, costs in once.items():
        if name in bounded:
            assert costs < twice[name] < 2 * costs
            continue
        assert twice[name] == pytest.approx(costs if name in fixed else 2 * costs, rel=0.05)

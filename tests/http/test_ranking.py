"""The ranking of units: public if the organiser wishes, from the last counts alone."""

from dataclasses import replace

from chalicelib.domain.last_totals import LastTotals
from chalicelib.domain.reporting import Reporting, ReportingUnit
from tests.http.stage import CLOSING, OPENING, Stage

UNITS = (
    ReportingUnit("A", "town", headcount=10),
    ReportingUnit("B", "town", headcount=200),
    ReportingUnit("C", "town"),
    ReportingUnit("D", "town", headcount=20),
)


def publish(stage: Stage) -> None:
    stage.services.contest = replace(stage.services.contest, reporting=Reporting(UNITS, ranking_public=True))


def test_a_private_ranking_is_not_found(bare_stage: Stage) -> None:
    answer = bare_stage.browser().get("/api/ranking")
    assert (answer.outcome, answer.header("cache-control")) == ((404, "not_found"), "no-store")
    assert bare_stage.browser().get("/api/contest").json["ranking"] is False


def test_the_whole_contest_s_figures_are_public_after_its_end(stage: Stage) -> None:
    publish(stage)
    control, browser = stage.ports.control, stage.browser()
    control.store_totals(LastTotals(OPENING, 5, {"received": 2, "released": 1}, 300))
    assert browser.get("/api/ranking").json["final"] is None
    stage.now = CLOSING
    assert browser.get("/api/ranking").json["final"] is None, "counted before the end"
    control.store_totals(LastTotals(CLOSING, 6, {"received": 2, "owed": 1, "released": 1}, 400))
    assert browser.get("/api/ranking").json["final"] == {"attempts": 6, "packets": 3, "claimed_fen": 400}


def test_units_are_ranked_by_people_and_by_share(stage: Stage) -> None:
    publish(stage)
    browser = stage.browser()
    assert browser.get("/api/contest").json["ranking"] is True
    empty = browser.get("/api/ranking").json
    assert (empty["updated_at"], empty["total"], {one["rank"] for one in empty["units"]}) == (None, 0, {1})
    stage.ports.control.store_counts({"A": 5, "B": 50, "C": 5, "D": 10, "": 7, "gone": 1}, OPENING)
    answer = browser.get("/api/ranking")
    assert answer.header("cache-control") == "public, max-age=60"
    assert (answer.json["updated_at"], answer.json["total"]) == ("2020-07-08T00:00:00.000+08:00", 78)
    ranked = [
        tuple(one[key] for key in ("name", "people", "headcount", "rank", "share_rank")) for one in answer.json["units"]
    ]
    assert ranked == [("B", 50, 200, 1, 3), ("D", 10, 20, 2, 1), ("A", 5, 10, 3, 1), ("C", 5, None, 3, None)]

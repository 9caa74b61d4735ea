"""No command uses another contest file than the deployment's."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.contest import Contest
from chalicelib.domain.deployed_contest import described
from tests.http.stage import OPENING
from tests.operator.conftest import Office
from tests.support.examples import with_id


def check_out(office: Office, contest: Contest) -> None:
    """Gives the operator's checkout this contest file; the deployment does not change."""
    office.services.contest = contest
    for use_case in ("reveal", "plans"):
        vars(office.services).pop(use_case, None)


def with_window(contest: Contest, **changes: Any) -> Contest:
    return replace(contest, window=replace(contest.window, **changes))


@pytest.mark.parametrize("command", [("status",), ("resume",), ("audit",), ("plan", "lay"), ("payouts", "start")])
def test_another_file_is_refused_and_what_differs_is_named(laid: Office, command: tuple[str, ...]) -> None:
    other = with_window(laid.services.contest, closes_at=laid.services.contest.window.closes_at + timedelta(hours=1))
    check_out(laid, other)
    said = laid.failed(*command)
    assert "本目录的竞赛文件与部署的不同：window。部署的是竞赛" in said
    assert "CONTEST_FILE" in said


def test_amounts_of_an_open_contest_are_never_revealed(laid: Office) -> None:
    """Even if the contest is over by the checkout's file."""
    laid.claimed("o1")
    deployed = laid.services.contest
    check_out(laid, with_window(deployed, opens_at=OPENING - timedelta(days=2), closes_at=OPENING - timedelta(days=1)))
    told = laid("plan", "reveal", "--yes")
    assert (told.status, told.out) == (1, "")
    assert "window" in told.err
    check_out(laid, deployed)
    laid.after_closing()
    laid.done("run", "close_contest")
    assert "amounts" in laid.done("plan", "reveal")


def test_a_contest_that_was_never_reported_is_not_revealed(office: Office) -> None:
    office.done("plan", "lay")
    office.done("plan", "activate")
    office.after_closing()
    assert "还不知道部署的竞赛文件" in office.failed("plan", "reveal")
    office.done("run", "sweep")
    office.done("run", "close_contest")
    assert "amounts" in office.done("plan", "reveal")


def test_what_stops_needs_only_the_same_contest(laid: Office) -> None:
    deployed = laid.services.contest
    check_out(laid, replace(deployed, prizes=replace(deployed.prizes, packets=1)))
    laid.done("pause")
    laid.done("payouts", "stop")
    switches = laid.services.ports.control.read_switches()
    assert (switches.paused, switches.payouts_stopped) == (True, True)
    assert "prizes" in laid.failed("payouts", "start")


@pytest.mark.parametrize("command", ["pause", "status"])
def test_another_contest_is_refused(laid: Office, command: str) -> None:
    check_out(laid, with_id(laid.services.contest, "autumn"))
    assert "而本目录的是竞赛 autumn" in laid.failed(command)


def test_a_contest_that_was_closed_can_be_worked_on_while_the_next_runs(laid: Office) -> None:
    control = laid.services.ports.control
    control.mark_closed(laid.stage.now)
    control.report_contest(described(with_id(laid.services.contest, "autumn")))
    told = laid("status")
    assert told.status == 0
    assert "部署的是竞赛 autumn" in told.err
    assert "而本目录的是" in laid.failed("pause")

"""Reads the contest file into one frozen `Contest`, checked once. Wrong fields are all named together."""

import os
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from chalicelib import config_wording
from chalicelib.config_reader import Problems, Section
from chalicelib.domain.contest import (
    Contest,
    PayoutRules,
    PrizeRules,
    QuizRules,
    ReportingUnit,
    Window,
)

PACKAGED = Path(__file__).with_name("contest.toml")
SECTIONS = frozenset("contest window quiz prizes local packet menu payouts referral replies page reporting".split())


class ConfigError(ValueError):
    """`problems` names every wrong field, as `section.field: what is wrong`."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("the contest file is wrong:\n" + "\n".join(problems))


def contest_path() -> Path:
    """CONTEST_FILE, or the packaged file."""
    return Path(os.environ.get("CONTEST_FILE") or PACKAGED)


@cache
def contest() -> Contest:
    """The contest of this process, read at import because the schedules come from it. Raises ConfigError."""
    return load_contest_file(contest_path())


def load_contest_file(path: Path) -> Contest:
    """Raises ConfigError, also when the file is missing or is not TOML."""
    try:
        return load_contest(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError([f"{path.name}: {type(error).__name__}"]) from error


def load_contest(text: str) -> Contest:
    """The contest in TOML. Raises ConfigError."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([f"not TOML: {error}"]) from error
    problems = Problems()
    for name in sorted(set(document) - SECTIONS):
        problems.add(name, "unknown section")
    contest = _contest(document, problems)
    _check_together(contest, problems)
    if problems.found:
        raise ConfigError(problems.found)
    return contest


def _contest(document: dict[str, Any], problems: Problems) -> Contest:
    def section(name: str) -> Section:
        return Section(name, document.get(name), problems)

    with section("contest") as identity, section("reporting") as reporting:
        return Contest(
            id=identity.text("id", pattern=r"[a-z0-9][a-z0-9-]{1,31}"),
            theme=identity.text("theme", longest=60),
            account=identity.text("account", longest=30),
            window=_window(section("window")),
            quiz=_quiz(section("quiz")),
            prizes=_prizes(section("prizes")),
            packet=config_wording.packet(section("packet")),
            payouts=_payouts(section("payouts")),
            referral=config_wording.referral(section("referral")),
            menu=config_wording.menu(section("menu")),
            replies=config_wording.replies(section("replies")),
            page=config_wording.page(section("page")),
            units=_units(reporting),
        )


def _window(s: Section) -> Window:
    with s:
        return Window(s.moment("announced_at"), s.moment("opens_at"), s.moment("closes_at"))


def _quiz(s: Section) -> QuizRules:
    with s:
        return QuizRules(
            draw_size=s.integer("draw_size", 1, 50),
            pass_mark=s.integer("pass_mark", 1, 50),
            attempt_minutes=s.integer("attempt_minutes", 1, 24 * 60),
            min_seconds=s.integer("min_seconds", 0, 600),
            bank=s.text("bank", longest=1024),
        )


def _prizes(s: Section) -> PrizeRules:
    # ¥1 to ¥200 a packet is WeChat Pay's own bound for cash red packets.
    with s:
        return PrizeRules(
            budget_fen=s.integer("budget_fen", 100, 10**11),
            packets=s.integer("packets", 1, 10_000_000),
            min_fen=s.integer("min_fen", 100, 20_000),
            max_fen=s.integer("max_fen", 100, 20_000),
            few_percent=s.integer("few_percent", 0, 100, default=5),
        )


def _payouts(s: Section) -> PayoutRules:
    with s:
        rules = PayoutRules(
            quiet_from=s.time_of_day("quiet_from"),
            quiet_to=s.time_of_day("quiet_to"),
            per_second=s.integer("per_second", 1, 30),
            put_back=s.flag("put_back"),
        )
        if (rules.quiet_from is None) != (rules.quiet_to is None):
            s.wrong("quiet_to", "quiet hours need both ends, or neither")
        return rules


def _units(s: Section) -> tuple[ReportingUnit, ...]:
    units = tuple(_unit(table) for table in s.tables("units"))
    names = [unit.name for unit in units]
    for name in sorted({name for name in names if names.count(name) > 1}):
        s.wrong("units", f"{name} stands there twice")
    return units


def _unit(s: Section) -> ReportingUnit:
    with s:
        return ReportingUnit(
            name=s.text("name", longest=40),
            kind=s.text("kind", longest=20),
            duty_row=s.integer("duty_row", 1, 999, default=0) or None,
            events_required=s.integer("events_required", 0, 99, default=0),
        )


def _check_together(contest: Contest, problems: Problems) -> None:
    """What no field can be blamed for alone. Each check is skipped where one of its fields is already wrong."""
    window, quiz, prizes = contest.window, contest.quiz, contest.prizes
    if problems.none_at("window", "announced_at", "opens_at", "closes_at"):
        if not window.announced_at <= window.opens_at < window.closes_at:
            problems.add("window", "must run announced_at <= opens_at < closes_at")
        if any(moment.second or moment.microsecond for moment in (window.opens_at, window.closes_at)):
            problems.add("window", "opens_at and closes_at must be whole minutes: the schedules know no seconds")
    if problems.none_at("quiz", "pass_mark", "draw_size") and quiz.pass_mark > quiz.draw_size:
        problems.add("quiz.pass_mark", "greater than draw_size")
    if not problems.none_at("prizes", "min_fen", "max_fen"):
        return
    if prizes.min_fen > prizes.max_fen:
        problems.add("prizes.min_fen", "greater than max_fen")
    elif problems.none_at("prizes", "budget_fen", "packets") and not (
        prizes.packets * prizes.min_fen <= prizes.budget_fen <= prizes.packets * prizes.max_fen
    ):
        problems.add("prizes.budget_fen", "does not fit packets of min_fen to max_fen")

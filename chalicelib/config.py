"""Reads the contest file into one frozen `Contest`, checked once. Wrong fields are all named together."""

import os
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from chalicelib.config_reader import Problems, Section
from chalicelib.domain.contest import (
    Contest,
    PacketWording,
    PageWording,
    PrizeRules,
    QuizRules,
    ReferralPolicy,
    Replies,
    ReportingUnit,
    UnknownText,
    Window,
)

PACKAGED = Path(__file__).with_name("contest.toml")
SECTIONS = {
    "contest",
    "window",
    "quiz",
    "prizes",
    "local",
    "packet",
    "referral",
    "replies",
    "page",
    "reporting",
}


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

    with section("contest") as identity, section("referral") as referral, section("reporting") as reporting:
        return Contest(
            id=identity.text("id", pattern=r"[a-z0-9][a-z0-9-]{1,31}"),
            theme=identity.text("theme", longest=60),
            account=identity.text("account", longest=30),
            window=_window(section("window")),
            quiz=_quiz(section("quiz")),
            prizes=_prizes(section("prizes")),
            packet=_packet(section("packet")),
            referral=ReferralPolicy(referral.choice("policy", [p.value for p in ReferralPolicy])),
            replies=_replies(section("replies")),
            page=_page(section("page")),
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


def _packet(s: Section) -> PacketWording:
    # Bytes, not characters: the stricter reading of the documented limits.
    with s:
        return PacketWording(
            send_name=s.text("send_name", most_bytes=32),
            act_name=s.text("act_name", most_bytes=32),
            wishing=s.text("wishing", most_bytes=128),
            remark=s.text("remark", most_bytes=256),
            client_ip=s.text("client_ip", pattern=r"\d{1,3}(\.\d{1,3}){3}"),
            scene_id=s.text("scene_id", pattern=r"|PRODUCT_[1-8]"),
        )


def _replies(s: Section) -> Replies:
    with s:
        return Replies(
            welcome_announced=s.reply("welcome_announced"),
            welcome_open=s.reply("welcome_open"),
            welcome_closed=s.reply("welcome_closed"),
            quiz_announced=s.reply("quiz_announced"),
            quiz_open=s.reply("quiz_open"),
            quiz_closed=s.reply("quiz_closed"),
            quiz_paused=s.reply("quiz_paused"),
            help=s.reply("help"),
            unknown_text=UnknownText(s.choice("unknown_text", [u.value for u in UnknownText])),
        )


def _page(s: Section) -> PageWording:
    with s:
        organisers = tuple(_organiser(table) for table in s.tables("organisers"))
        return PageWording(how=s.texts("how"), rules=s.texts("rules"), organisers=organisers)


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


def _organiser(s: Section) -> tuple[str, str]:
    with s:
        return s.text("role", longest=20), s.text("name", longest=100)


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

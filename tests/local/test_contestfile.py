"""A local run's contest is open now and has a small plan; the rest is as in the file."""

import shutil
import tomllib
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.config import PACKAGED, load_contest_file
from chalicelib.domain.shanghai import SHANGHAI
from infra.local.local_contest import open_now, prepare, with_product
from infra.local.processes import LocalError

NOON = datetime(2031, 5, 6, 12, 0, 30, tzinfo=SHANGHAI)
WEEK = {
    "announced_at": datetime(2020, 7, 1, tzinfo=SHANGHAI),
    "opens_at": datetime(2020, 7, 8, tzinfo=SHANGHAI),
    "closes_at": datetime(2020, 7, 15, tzinfo=SHANGHAI),
}


def test_the_window_moves_so_that_the_contest_opened_at_midnight() -> None:
    assert open_now({"window": WEEK}, NOON)["window"] == {
        "announced_at": datetime(2031, 4, 29, tzinfo=SHANGHAI),
        "opens_at": datetime(2031, 5, 6, tzinfo=SHANGHAI),
        "closes_at": datetime(2031, 5, 13, tzinfo=SHANGHAI),
    }


def test_midnight_is_shanghais() -> None:
    late = datetime(2031, 5, 5, 20, 0, tzinfo=SHANGHAI) + timedelta(hours=5)

    assert open_now({"window": WEEK}, late)["window"]["opens_at"] == datetime(2031, 5, 6, tzinfo=SHANGHAI)


def test_a_contest_that_is_open_anyway_stays_as_it_is() -> None:
    document = {"window": WEEK}

    assert open_now(document, WEEK["opens_at"]) is document
    assert open_now(document, WEEK["closes_at"] - timedelta(seconds=1)) is document
    assert open_now(document, WEEK["closes_at"]) is not document


def test_transfers_get_terms_that_move_with_the_window() -> None:
    document = {"contest": {"theme": "与信用同行"}, "window": WEEK, "payouts": {"per_second": 25}}
    chosen = with_product(document, "transfer")
    assert chosen["payouts"] == {"per_second": 25, "product": "transfer"}
    moved = open_now(chosen, NOON)
    assert moved["transfer"] == {
        "activity": "与信用同行", "reward": "答题红包", "claimable_until": datetime(2031, 5, 20, tzinfo=SHANGHAI),
    }  # fmt: skip
    own = {**document, "transfer": {"reward": "自己的"}}
    assert with_product(own, "transfer")["transfer"] == own["transfer"]


def test_the_other_product_is_asked_for_by_its_name() -> None:
    document = {"contest": {"theme": "x"}, "window": WEEK, "payouts": {"product": "transfer"}}
    assert with_product(document, "red_packet")["payouts"] == {"product": "red_packet"}
    with pytest.raises(LocalError, match="PRODUCT"):
        with_product(document, "cheque")


@given(after=st.timedeltas(timedelta(days=30), timedelta(days=30_000)), minutes=st.integers(1, 20_000))
def test_it_is_open_now_however_short_it_is(after: timedelta, minutes: int) -> None:
    moment = WEEK["closes_at"] + after
    window = WEEK | {"closes_at": WEEK["opens_at"] + timedelta(minutes=minutes)}

    moved = open_now({"window": window}, moment)["window"]

    assert moved["opens_at"] <= moment < moved["closes_at"]
    assert moved["closes_at"] - moved["opens_at"] == timedelta(minutes=minutes)
    assert moved["opens_at"] - moved["announced_at"] == timedelta(days=7)
    assert moved["opens_at"].second == 0


def test_the_packaged_contest_gets_its_local_prizes_and_an_absolute_bank(tmp_path: Path) -> None:
    source = tomllib.loads(PACKAGED.read_text(encoding="utf-8"))

    written = prepare({}, NOON, tmp_path / "deep" / "contest.toml")

    contest = load_contest_file(written)
    assert contest.window.opens_at == datetime(2031, 5, 6, tzinfo=SHANGHAI)
    assert contest.prizes.packets == source["local"]["prizes"]["packets"] < source["prizes"]["packets"]
    assert contest.prizes.few_percent == source["prizes"]["few_percent"]
    assert Path(contest.quiz.bank) == PACKAGED.parent / source["quiz"]["bank"]
    assert contest.theme == source["contest"]["theme"]
    kept = source["privacy"]["kept_until"] - source["window"]["closes_at"]
    assert contest.privacy.kept_until == contest.window.closes_at + kept


def test_a_contest_of_ones_own_keeps_its_prizes(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(PACKAGED.read_text(encoding="utf-8"), encoding="utf-8")
    shutil.copy(PACKAGED.with_name("questions.csv"), tmp_path)

    contest = load_contest_file(prepare({"CONTEST_FILE": str(own)}, NOON, tmp_path / "contest.toml"))

    assert contest.prizes == load_contest_file(own).prizes
    assert contest.window.opens_at == datetime(2031, 5, 6, tzinfo=SHANGHAI)
    assert Path(contest.quiz.bank).parent == tmp_path


def test_a_contest_of_ones_own_may_be_saved_by_windows(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    text = PACKAGED.read_text(encoding="utf-8")
    own.write_bytes(("\ufeff" + text.replace("\n", "\r\n")).encode())
    shutil.copy(PACKAGED.with_name("questions.csv"), tmp_path)

    written = prepare({"CONTEST_FILE": str(own)}, NOON, tmp_path / "contest.toml")

    assert load_contest_file(written).replies == load_contest_file(PACKAGED).replies


def test_with_contest_now_nothing_is_moved(tmp_path: Path) -> None:
    written = prepare({"CONTEST_NOW": "2020-07-20T00:00:00+08:00"}, NOON, tmp_path / "contest.toml")

    assert load_contest_file(written).window == load_contest_file(PACKAGED).window


@pytest.mark.parametrize("content", [None, "[window", "[contest]\nid = 1\n"])
def test_a_missing_or_wrong_file_is_named(tmp_path: Path, content: str | None) -> None:
    source = tmp_path / "wrong.toml"
    if content is not None:
        source.write_text(content, encoding="utf-8")

    with pytest.raises(LocalError, match=r"wrong\.toml"):
        prepare({"CONTEST_FILE": str(source)}, NOON, tmp_path / "contest.toml")


def test_every_faulty_line_of_the_bank_is_named(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    shutil.copy(PACKAGED, own)
    (tmp_path / "questions.csv").write_text("id,stem\n\nq1\n", encoding="utf-8")

    with pytest.raises(LocalError, match=r"(?s)own\.toml.*第1行：表头应为.*第3行：应有13列"):
        prepare({"CONTEST_FILE": str(own)}, NOON, tmp_path / "contest.toml")

"""The background of posters as Chromium draws it: small, with a place for the code, and never stale."""

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from chalicelib.adapters import poster
from chalicelib.adapters.poster import HEIGHT, SIDE, TOP, WIDTH, background_file
from chalicelib.config import PACKAGED, load_contest_file
from chalicelib.domain.poster_facts import PosterFacts, poster_facts
from infra.build import draw_poster
from infra.build.draw_poster import STAMP, document, ensure_poster
from infra.local.processes import LocalError
from tests.http.stage import without_sharing

CONTEST = load_contest_file(PACKAGED)
RENAMED = replace(CONTEST, contest=replace(CONTEST.contest, theme="<诚信> & 守信"))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Holds the backgrounds; each drawing is the theme alone."""
    monkeypatch.setattr(poster, "BACKGROUNDS", tmp_path / "poster")
    monkeypatch.setattr(draw_poster, "drawn", lambda facts: facts.theme.encode())
    return tmp_path / "poster"


def test_it_is_small_and_leaves_the_code_s_square_white() -> None:
    ensure_poster(CONTEST)
    content = background_file(CONTEST).read_bytes()
    assert len(content) < 50_000, "with the code at most 60 KB"
    shown = Image.open(io.BytesIO(content))
    assert (shown.size, shown.format) == ((WIDTH, HEIGHT), "PNG")
    picture, left = shown.convert("RGB"), (WIDTH - SIDE) // 2
    assert picture.crop((left, TOP, left + SIDE, TOP + SIDE)).getcolors() == [(SIDE * SIDE, (255, 255, 255))]
    title = picture.crop((60, 120, 690, 330)).getcolors() or []
    assert {(0xFD, 0xEB, 0xC4), (0xC8, 0x1E, 0x26)} <= {colour for _, colour in title}
    edges = picture.crop((0, HEIGHT - 10, WIDTH, HEIGHT)).getcolors()
    assert edges == [(10 * WIDTH, (0xFF, 0xF8, 0xEF))], "nothing is cut off below"


def test_what_the_organiser_writes_is_text() -> None:
    assert "&lt;诚信&gt;<br>&amp;<br>守信" in document(poster_facts(RENAMED))


def test_another_contest_file_gets_a_background_of_its_own(folder: Path) -> None:
    for contest in (CONTEST, RENAMED, CONTEST):
        ensure_poster(contest)
        assert background_file(contest).read_text("utf-8") == contest.theme
    assert {path.name for path in folder.iterdir()} == {
        background_file(CONTEST).name,
        background_file(RENAMED).name,
        STAMP,
    }


def test_it_is_drawn_once_and_again_when_the_drawing_changes(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ensure_poster(CONTEST)
    ensure_poster(RENAMED)
    monkeypatch.setattr(draw_poster, "drawn", pytest.fail)
    ensure_poster(CONTEST)
    monkeypatch.setattr(draw_poster, "drawn", lambda facts: b"new")
    (folder / STAMP).write_text("of another template", "utf-8")
    ensure_poster(CONTEST)
    assert background_file(CONTEST).read_bytes() == b"new"
    assert not background_file(RENAMED).exists()


def test_without_sharing_nothing_is_drawn(folder: Path) -> None:
    ensure_poster(without_sharing())
    assert not folder.exists()


def _no_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draw_poster, "BROWSERS", ("no-such-browser",))


def _failing_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draw_poster, "BROWSERS", ("false",))


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (_no_browser, "绘制海报需要 Chromium（no-such-browser 之一），make setup 会安装。\nDrawing the poster needs"),
        (_failing_browser, "Chromium 没有画出海报。Chromium did not draw the poster."),
    ],
)
def test_what_is_missing_is_told(
    spoil: Callable[[pytest.MonkeyPatch], None], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoil(monkeypatch)
    facts: PosterFacts = poster_facts(CONTEST)
    with pytest.raises(LocalError, match=told):
        draw_poster.drawn(facts)

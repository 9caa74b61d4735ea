"""Draws the background of the participants' posters with Chromium, in the form in which the server pastes codes.

A background is named after what it says (`chalicelib/domain/poster_facts.py`), so that a changed contest file never
shows an older one's.
"""

import fcntl
import os
import shutil
import subprocess
import tempfile
from hashlib import sha256
from html import escape
from pathlib import Path
from string import Template

from chalicelib.adapters import poster
from chalicelib.adapters.poster import HEIGHT, SIDE, TOP, WIDTH, background_file, encoded
from chalicelib.domain.contest import Contest, ReferralPolicy
from chalicelib.domain.poster_facts import PosterFacts, poster_facts
from infra.local.processes import LocalError
from infra.project import ROOT

TEMPLATE = Path(__file__).with_name("poster.html")
STAMP = "drawing.sha256"
"""A file beside the backgrounds: the digest of how they were drawn."""
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ("--headless", "--disable-gpu", "--hide-scrollbars", "--force-device-scale-factor=1", "--no-first-run")
SPARE = 200
"""Pixels. Some versions count the window's frame in the height of `--window-size`."""
SECONDS = 60
PALETTE = (
    "000000 ffffff 2c1a14 6d564a a39288 d8cec4 fff8ef c81e26 b5121b 8f0d14 6d0a0f f6cf7a fdebc4 d6714b e6a063 e08b85"
)
"""The poster's 16 colours: the code's two first, the page's, and shades between them for the edges of letters."""


def ensure_poster(contest: Contest) -> None:
    """Draws the background of this contest's posters unless it is there, or nobody may share.

    Raises LocalError where Chromium is missing or fails.
    """
    if contest.referral.policy is ReferralPolicy.OFF or _is_current(contest):
        return
    with TEMPLATE.open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        # Another process may have drawn it in the meantime.
        if not _is_current(contest):
            _keep(background_file(contest), drawn(poster_facts(contest)))


def drawn(facts: PosterFacts) -> bytes:
    """Returns the background as a PNG of 4 bits. Raises LocalError."""
    from PIL import Image  # heavy: only for drawing

    (ROOT / "build").mkdir(exist_ok=True)
    # In the checkout: a Chromium that was installed as a snap sees no /tmp.
    with tempfile.TemporaryDirectory(dir=ROOT / "build", ignore_cleanup_errors=True) as folder:
        page, picture = Path(folder) / "poster.html", Path(folder) / "poster.png"
        page.write_text(document(facts), encoding="utf-8")
        _photograph(page, picture)
        colours = Image.new("P", (1, 1))
        colours.putpalette(bytes.fromhex(PALETTE))
        with Image.open(picture) as shown:
            pixels = shown.convert("RGB").crop((0, 0, WIDTH, HEIGHT))
        indexes = pixels.quantize(palette=colours, dither=Image.Dither.NONE).tobytes()
    return encoded(bytes.fromhex(PALETTE), packed(indexes))


def document(facts: PosterFacts) -> str:
    """Returns the page that shows the background."""
    lines = {"theme": facts.theme.split(), "organisers": facts.organisers}
    texts = {name: "<br>".join(map(escape, given)) for name, given in lines.items()}
    texts |= {name: escape(getattr(facts, name)) for name in ("heading", "slogan", "period", "press")}
    texts["seal"] = f'<p class="seal">{escape(facts.seal)}</p>' if facts.seal else ""
    steps = (f'<div><p class="fit"><b>{escape(what)}</b>{escape(more)}</p></div>' for what, more in facts.steps)
    sizes = {"width": WIDTH, "height": HEIGHT, "top": TOP, "side": SIDE, "half": SIDE // 2, "under": TOP + SIDE + 30}
    return Template(TEMPLATE.read_text(encoding="utf-8")).substitute(texts, steps="".join(steps), **sizes)


def packed(indexes: bytes) -> bytes:
    """Returns a PNG's rows: each begins with its filter, none, and has two pixels a byte."""
    halves = bytes(left << 4 | right for left, right in zip(indexes[::2], indexes[1::2], strict=True))
    half = WIDTH // 2
    return b"".join(b"\0" + halves[place : place + half] for place in range(0, len(halves), half))


def _photograph(page: Path, picture: Path) -> None:
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        raise LocalError(
            f"绘制海报需要 Chromium（{'、'.join(BROWSERS)} 之一），make setup 会安装。\n"
            f"Drawing the poster needs Chromium, one of {', '.join(BROWSERS)}; `make setup` installs it."
        )
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    command = [browser, *FLAGS, *as_root, f"--user-data-dir={page.parent / 'profile'}", f"--screenshot={picture}"]
    command += [f"--window-size={WIDTH},{HEIGHT + SPARE}", page.as_uri()]
    try:
        done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)
        told = done.stderr.decode(errors="replace")[-1000:]
    except subprocess.TimeoutExpired as error:
        told = str(error)
    if not picture.is_file():
        raise LocalError(f"Chromium 没有画出海报。Chromium did not draw the poster.\n{told}")


def _is_current(contest: Contest) -> bool:
    return background_file(contest).is_file() and _are_drawn_this_way()


def _are_drawn_this_way() -> bool:
    stamp = poster.BACKGROUNDS / STAMP
    return stamp.is_file() and stamp.read_text("utf-8") == _way_of_drawing()


def _way_of_drawing() -> str:
    parts = (TEMPLATE, Path(__file__), Path(poster.__file__))
    return sha256(b"\0".join(part.read_bytes() for part in parts)).hexdigest()


def _keep(file: Path, content: bytes) -> None:
    """Writes the file whole, and removes what was drawn in another way."""
    if not _are_drawn_this_way():
        shutil.rmtree(poster.BACKGROUNDS, ignore_errors=True)
    poster.BACKGROUNDS.mkdir(exist_ok=True)
    fresh = file.with_suffix(".part")
    fresh.write_bytes(content)
    fresh.replace(file)
    (poster.BACKGROUNDS / STAMP).write_text(_way_of_drawing(), "utf-8")

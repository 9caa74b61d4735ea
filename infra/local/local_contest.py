"""Writes the contest file of a local run: the given one, with its window moved so that the contest is open now.

`adapted` is pure; `prepare` reads and writes.
"""

import tomllib
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import tomli_w

from chalicelib.config import PACKAGED, contest_text
from chalicelib.config_faults import faults
from chalicelib.domain.shanghai import SHANGHAI
from infra.local.processes import LocalError

Document = Mapping[str, Any]

_PRODUCTS = ("red_packet", "transfer")


def prepare(environ: Mapping[str, str], now: datetime, target: Path) -> Path:
    """Writes the run's contest file to `target` and returns its path.

    The source is CONTEST_FILE, or the packaged file with its `[local.prizes]`. If CONTEST_NOW is set, the window is
    kept. PRODUCT names the product that pays, if not the file's. Raises `LocalError` when the source is missing or
    wrong, or the product unknown.
    """
    given = environ.get("CONTEST_FILE")
    source = Path(given or PACKAGED).absolute()
    if found := faults(source):
        raise LocalError("\n".join([str(source), *found]))
    document: Document = tomllib.loads(contest_text(source))
    if not given:
        document = with_local_prizes(document)
    if product := environ.get("PRODUCT"):
        document = with_product(document, product)
    if not environ.get("CONTEST_NOW"):
        document = open_now(document, now)
    return _write(document, source, target)


def write_changed(target: Path, source: Path = PACKAGED, **changes: Mapping[str, object]) -> Path:
    """Writes a contest file with some keys of its sections changed to `target`, and returns its path."""
    document: Document = tomllib.loads(contest_text(source))
    changed = {section: {**document.get(section, {}), **keys} for section, keys in changes.items()}
    return _write({**document, **changed}, source, target)


def _write(document: Document, source: Path, target: Path) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(tomli_w.dumps(with_absolute_bank(document, source.parent)), encoding="utf-8")
    return target


def with_local_prizes(document: Document) -> Document:
    """Replaces keys of `[prizes]` by those of `[local.prizes]`, for a plan that is laid quickly."""
    return {**document, "prizes": {**document["prizes"], **document.get("local", {}).get("prizes", {})}}


def with_product(document: Document, product: str) -> Document:
    """Chooses the product that pays. Transfers get terms for the local run, if the file has none."""
    if product not in _PRODUCTS:
        raise LocalError(f"PRODUCT 应为 {' 或 '.join(_PRODUCTS)}，而不是“{product}”。")
    terms = {
        "activity": document["contest"]["theme"][:32],
        "reward": "答题红包",
        "claimable_until": document["window"]["closes_at"] + timedelta(days=7),
    }
    chosen = {**document, "payouts": {**document.get("payouts", {}), "product": product}}
    return chosen if product == "red_packet" else {"transfer": terms, **chosen}


def with_absolute_bank(document: Document, folder: Path) -> Document:
    """Makes the question bank's path absolute; it is relative to the contest file in `folder`."""
    return {**document, "quiz": {**document["quiz"], "bank": str(folder / document["quiz"]["bank"])}}


def open_now(document: Document, now: datetime) -> Document:
    """Moves the contest, unless it is open at `now` (aware), to open today at 00:00 in Shanghai.

    The intervals between announcement, opening, closing, the end of receipts and the purge are kept. A contest too
    short to be still open then opens in the current minute instead.
    """
    window = document["window"]
    length = window["closes_at"] - window["opens_at"]
    if window["opens_at"] <= now < window["closes_at"]:
        return document
    opens_at = now.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    if now >= opens_at + length:
        opens_at = now.astimezone(SHANGHAI).replace(second=0, microsecond=0)
    shift = opens_at - window["opens_at"]
    moved = {**document, "window": {name: _moved(moment, shift) for name, moment in window.items()}}
    if kept_until := document.get("privacy", {}).get("kept_until"):
        moved["privacy"] = {**document["privacy"], "kept_until": _moved(kept_until, shift)}
    if terms := document.get("transfer"):
        moved["transfer"] = {**terms, "claimable_until": _moved(terms["claimable_until"], shift)}
    return moved


def _moved(moment: datetime, shift: timedelta) -> datetime:
    return (moment + shift).astimezone(SHANGHAI)

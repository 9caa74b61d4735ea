"""Writes the units' codes for the printer: an image of each, and the pages to print."""

import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from chalicelib.adapters.desk.print_pages import print_page
from chalicelib.domain.contest import Contest
from chalicelib.domain.desk.materials import PRINTED, TITLES, UnitCode, material_texts
from infra.operator.terminal import file_name
from infra.operator.unit_codes import chinese_font, png, svg


def warn_without_font() -> None:
    if not chinese_font():
        print("注意：本机没有中文字体，PNG 上没有单位名称；SVG 和网页上有。", file=sys.stderr)


def write_codes(folder: Path, codes: Sequence[UnitCode], contest: Contest, now: datetime) -> list[str]:
    """Returns the names of the pages. Before the opening, everything carries the embargo."""
    texts, font = material_texts(contest, now), chinese_font()
    until = f"（{texts.embargo}）" if texts.embargo else ""
    for number, code in enumerate(codes, start=1):
        path, label = folder / f"{number:02d}-{file_name(code.unit)}", code.unit + until
        path.with_name(f"{path.name}.png").write_bytes(png(code.address, label, font))
        path.with_name(f"{path.name}.svg").write_text(svg(code.address, label), encoding="utf-8")
    pages = [f"{TITLES[material]}.html" for material in PRINTED]
    for name, material in zip(pages, PRINTED, strict=True):
        (folder / name).write_text(print_page(material, codes, texts), encoding="utf-8")
    return pages

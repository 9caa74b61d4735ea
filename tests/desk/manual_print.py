"""Prints the organiser's manual: `python -m tests.desk.manual_print FILE.pdf`."""

import re
import sys
from pathlib import Path

from markdown_it import MarkdownIt
from playwright.sync_api import Browser

from infra.project import ROOT
from tests.browser.phone import chromium

MANUAL = ROOT / "docs" / "zh" / "组织方手册.md"
STYLE = """
@page{size:A4;margin:14mm 15mm}
body{margin:0;color:#222;font:10.2pt/1.55 "Noto Sans CJK SC","Microsoft YaHei",sans-serif}
h1{margin:0 0 6pt;font-size:20pt;color:#8f0d14}
h2{margin:10pt 0 4pt;font-size:13pt;color:#8f0d14;break-after:avoid}
p{margin:0 0 5pt}
table{width:100%;border-collapse:collapse;margin:0 0 7pt;font-size:9.4pt;line-height:1.45}
th,td{padding:2pt 5pt;border:.5pt solid #c9b59f;text-align:left;vertical-align:top}
th{background:#fdf0e4;white-space:nowrap}
tr{break-inside:avoid}
code{font:8.8pt/1.3 Consolas,"Noto Sans Mono CJK SC",monospace;overflow-wrap:anywhere}
.pictures{display:flex;justify-content:center;break-inside:avoid}
.calendar{table-layout:fixed}
.pictures img{max-width:100%;max-height:92mm;border:.5pt solid #c9b59f}
.pictures img+img{margin-left:6mm}
.pictures img:not(:only-child){max-height:104mm}
"""


def main(file: Path) -> None:
    with chromium() as browser:
        file.write_bytes(printed(browser))


def printed(browser: Browser) -> bytes:
    """Returns the manual as a PDF."""
    page = browser.new_page()
    # In the manual's folder: its pictures are beside it.
    copy = MANUAL.with_name(".printing.html")
    copy.write_text(document(), encoding="utf-8")
    try:
        page.goto(copy.as_uri())
        return page.pdf(prefer_css_page_size=True, print_background=True)
    finally:
        page.close()
        copy.unlink()


def document() -> str:
    body = MarkdownIt("commonmark").enable("table").render(MANUAL.read_text(encoding="utf-8"))
    body = re.sub(r"<p>(?=<img)", '<p class="pictures">', body)
    body = body.replace("<table>\n<thead>\n<tr>\n<th>周一", '<table class="calendar">\n<thead>\n<tr>\n<th>周一')
    body = re.sub(r"(?<=[^\x00-\x7f])\n(?=[^\x00-\x7f])", "", body)  # Chinese has no space where a line ends
    return (
        f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>组织方手册</title><style>{STYLE}</style>{body}'
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))

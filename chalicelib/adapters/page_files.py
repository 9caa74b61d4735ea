"""The page's files as they are served: read once, without comments and indentation, each with its hash."""

import re
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

WEB = Path(__file__).resolve().parents[1] / "web"
TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
COMMENT = re.compile(r"^\s*(//.*|/\*[\s\S]*?\*/\s*)$", re.MULTILINE)
INDENT = re.compile(r"^\s+", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class PageFile:
    text: str
    content_type: str
    etag: str


@cache
def page_files() -> dict[str, PageFile]:
    """File name -> what is served under it."""
    found = {}
    for path in sorted(WEB.iterdir()):
        if path.suffix in TYPES:
            text = slim(path.read_text(encoding="utf-8"))
            found[path.name] = PageFile(text, TYPES[path.suffix], f'"{sha256(text.encode()).hexdigest()[:16]}"')
    return found


def slim(text: str) -> str:
    """Drops comments that have lines of their own, indentation and empty lines: a cheap phone need not load them.

    Only for our own files, which have no text over several lines (a test parses what is left).
    """
    return INDENT.sub("", COMMENT.sub("", text))

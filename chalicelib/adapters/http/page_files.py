"""The page's files as they are served: read once, without comments and indentation, each with its hash."""

import re
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

WEB = Path(__file__).resolve().parents[2] / "web"
TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}
COMMENT = re.compile(r"^\s*(//.*|/\*[\s\S]*?\*/\s*)$", re.MULTILINE)
INDENT = re.compile(r"^\s+", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class PageFile:
    body: str | bytes
    content_type: str
    etag: str


@cache
def page_files() -> dict[str, PageFile]:
    """File name -> what is served under it."""
    picture = (WEB / "share.png").read_bytes()
    found = {"share.png": PageFile(picture, "image/png", _etag(picture))}
    for path in sorted(WEB.iterdir()):
        if path.suffix in TYPES:
            text = slim(path.read_text(encoding="utf-8"))
            found[path.name] = PageFile(text, f"{TYPES[path.suffix]}; charset=utf-8", _etag(text.encode()))
    return found


def page_file(name: str) -> PageFile | None:
    return page_files().get(name)


def _etag(content: bytes) -> str:
    return f'"{sha256(content).hexdigest()[:16]}"'


def slim(text: str) -> str:
    """Drops comments that have lines of their own, indentation and empty lines: a cheap phone need not load them.

    Only for our own files, which have no text over several lines (a test parses what is left).
    """
    return INDENT.sub("", COMMENT.sub("", text))

"""The page's files as built by `infra/build/esbuild.py`: read once, each with its caching rule."""

import re
from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

DIST = Path(__file__).resolve().parents[2] / "web" / "dist"
PAGE = "index.html"
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".png": "image/png",
}
HASHED = re.compile(r"([a-z]+)-[0-9a-f]{12}\.(js|css)")
INLINED = re.compile(r"<(style|script)>(.*?)</\1>", re.DOTALL)
IMMUTABLE = "public, max-age=31536000, immutable"
REVALIDATE = "no-cache"
SHORT = "public, max-age=300"
"""For the share picture: WeChat's servers keep its address."""


@dataclass(frozen=True, slots=True)
class PageFile:
    body: str | bytes
    content_type: str
    caching: str
    etag: str


@cache
def page_files() -> dict[str, PageFile]:
    """Returns the served files by name."""
    return {path.name: _read(path) for path in sorted(DIST.iterdir()) if path.suffix in TYPES}


def page_file(name: str) -> PageFile | None:
    """Returns None for an unknown name. A name of another build gets the current file, uncached."""
    files = page_files()
    if name in files:
        return files[name]
    if wanted := HASHED.fullmatch(name):
        for known, file in files.items():
            if (present := HASHED.fullmatch(known)) and present.groups() == wanted.groups():
                return PageFile(file.body, file.content_type, REVALIDATE, file.etag)
    return None


@cache
def hashed_name(stem: str, kind: str) -> str:
    """Returns the name of a built file, such as `desk-0123456789ab.css` of `desk` and `css`."""
    return next(name for name in page_files() if (found := HASHED.fullmatch(name)) and found.groups() == (stem, kind))


@cache
def inline_sources() -> dict[str, str]:
    """Returns the sources in the content security policy that allow the page's own `style` and `script`."""
    inlined = INLINED.findall(str(page_files()[PAGE].body))
    return {tag: f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" for tag, text in inlined}


def etag_of(content: bytes) -> str:
    return f'"{sha256(content).hexdigest()[:16]}"'


def _read(path: Path) -> PageFile:
    content = path.read_bytes()
    is_text = path.suffix != ".png"
    caching = IMMUTABLE if HASHED.fullmatch(path.name) else SHORT if path.suffix == ".png" else REVALIDATE
    return PageFile(content.decode() if is_text else content, TYPES[path.suffix], caching, etag_of(content))

"""Builds the participants' page: esbuild turns `chalicelib/web/src` into the files of `chalicelib/web/dist`.

    python -m infra.build.esbuild       does nothing if dist was built from the current sources

Decision 0007 describes the built files and their names.
"""

import fcntl
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from infra.local.processes import LocalError
from infra.project import ROOT

WEB = ROOT / "chalicelib" / "web"
STAMP = "sources.sha256"
"""A file beside the built ones: the digest of their sources."""
PACKAGE, LOCK = ROOT / "package.json", ROOT / "package-lock.json"
MODULES = ROOT / "node_modules"
# esbuild refuses to lower destructuring for iOS 11.3, because of a bug there in a case that we do not use:
# https://bugs.webkit.org/show_bug.cgi?id=175585 (defaults that read a name of the enclosing scope).
OPTIONS = (
    "--bundle",
    "--minify",
    "--charset=utf8",
    "--target=chrome64,ios11.3",
    "--supported:destructuring=true",
    "--log-level=warning",
)
PARTS = ("quiz", "more", "menu")
"""The files that the first view does not need: `src/part.js` describes them."""
WAITS = "waits.json"
"""The page's waits, which `infra/opening` reads, too. Put in as constants: an import costs bytes of the first view."""
STYLE_LINK = '<link rel="stylesheet" href="/static/style.css">'
SCRIPT_ADDRESS = "/static/app.js"
BOOT_LINK = '<script src="/static/boot.js"></script>'


def ensure_page(web: Path = WEB) -> None:
    """Builds `web/dist` unless it was built from the current `web/src`. Raises LocalError with the sources' faults."""
    if _is_current(web):
        return
    with PACKAGE.open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        # Another process may have built it in the meantime.
        if not _is_current(web):
            _install()
            _replace(web, built_files(web) | {STAMP: sources_digest(web).encode()})


def built_files(web: Path = WEB) -> dict[str, bytes]:
    """Builds the page from `web/src`. Returns file name -> content."""
    sources = web / "src"
    parts = {name: _script(sources / f"{name}.js", PART_STYLE=_part_style(sources, name)) for name in PARTS}
    addresses = {name: f"/static/{_hashed(name, script)}" for name, script in parts.items()}
    app = _script(sources / "app.js", PARTS=addresses)
    app_name = _hashed("app", app)
    # Browsers that are too old for the other scripts run it as well.
    boot = _bundle(sources / "boot.js", "--target=es5").decode().strip()
    inlined = {STYLE_LINK: f"<style>{_style(sources / 'style.css')}</style>", BOOT_LINK: f"<script>{boot}</script>"}
    page = _page(sources / "index.html", {**inlined, SCRIPT_ADDRESS: f"/static/{app_name}"})
    scripts = {_hashed(name, script): script for name, script in parts.items()}
    picture = (sources / "share.png").read_bytes()
    return {"index.html": page.encode(), app_name: app, **scripts, "share.png": picture, **_desk_files(web)}


def _desk_files(web: Path) -> dict[str, bytes]:
    """Builds the script and the style of the organiser's desk."""
    sources = web / "desk" / "src"
    built = {kind: _bundle(sources / f"desk.{kind}", "--format=iife") for kind in ("js", "css")}
    return {_hashed("desk", content, kind): content for kind, content in built.items()}


def sources_digest(web: Path = WEB) -> str:
    """Returns a digest of the page's sources, esbuild's version and this module."""
    digest = sha256()
    folders = web / "src", web / "desk" / "src"
    sources = sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())
    for path in (*sources, LOCK, Path(__file__)):
        content = path.read_bytes()
        name = path.relative_to(web) if path in sources else path.name
        digest.update(f"{name} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def _is_current(web: Path) -> bool:
    stamp = web / "dist" / STAMP
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == sources_digest(web)


def _page(source: Path, built: Mapping[str, str]) -> str:
    """Returns the document with each text of `built` replaced: what is inlined saves a request."""
    page = source.read_text(encoding="utf-8")
    for written, replacement in built.items():
        if page.count(written) != 1:
            raise LocalError(f"{source.name} must hold {written} exactly once")
        page = page.replace(written, replacement)
    return page


def _part_style(sources: Path, name: str) -> str:
    style = sources / f"{name}.css"
    return _style(style) if style.exists() else ""


def _script(entry: Path, **constants: object) -> bytes:
    waits = json.loads((entry.parent / WAITS).read_text(encoding="utf-8"))
    given = {**constants, **{f"WAITS.{name}": value for name, value in waits.items()}}
    defined = [f"--define:{name}={json.dumps(value, ensure_ascii=False)}" for name, value in given.items()]
    return _bundle(entry, "--format=esm", *defined)


def _style(entry: Path) -> str:
    return _bundle(entry).decode().strip()


def _bundle(entry: Path, *options: str) -> bytes:
    command = [str(_program()), str(entry), *OPTIONS, *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    if done.returncode or done.stderr:
        raise LocalError(f"页面无法构建。The page does not build.\n{done.stderr.decode()}")
    return done.stdout


def _program() -> Path:
    """Returns esbuild for this platform, the only one that npm installs. The usual script finds it, too, by starting
    node, which takes longer than a build."""
    return next(MODULES.glob("@esbuild/*/bin/esbuild"), MODULES / ".bin" / "esbuild")


def _hashed(stem: str, content: bytes, kind: str = "js") -> str:
    return f"{stem}-{sha256(content).hexdigest()[:12]}.{kind}"


def _install() -> None:
    """Installs the locked packages if one is missing. esbuild's install script is not needed, and not run."""
    if _integrity(LOCK) == _integrity(MODULES / ".package-lock.json"):
        return
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise LocalError(f"无法安装 npm 的包。Could not install npm's packages.\n{done.stdout}{done.stderr}")


def _integrity(lock: Path) -> list[object]:
    """Returns the checksums of the packages that we name, from npm's lock or its list of installed packages; None for
    one that is missing."""
    named = json.loads(PACKAGE.read_text(encoding="utf-8"))["devDependencies"]
    known = json.loads(lock.read_text(encoding="utf-8"))["packages"] if lock.is_file() else {}
    return [known.get(f"node_modules/{name}", {}).get("integrity") for name in named]


def _replace(web: Path, files: Mapping[str, bytes]) -> None:
    """Writes a new folder and moves it into place, so that an interrupted run never leaves a partial one."""
    with tempfile.TemporaryDirectory(dir=web, prefix=".dist-") as folder:
        fresh = Path(folder) / "dist"
        fresh.mkdir()
        for name, content in files.items():
            (fresh / name).write_bytes(content)
        shutil.rmtree(web / "dist", ignore_errors=True)
        fresh.rename(web / "dist")


def main() -> int:
    """Returns the exit code."""
    try:
        ensure_page()
    except LocalError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The page as esbuild builds it: reproducible, never stale, and in the syntax of old phones."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from infra.build.esbuild import LOCK, OPTIONS, PACKAGE, STAMP, WEB, built_files, ensure_page, sources_digest
from infra.local.processes import LocalError
from infra.project import ROOT

NEWER = re.compile(r"\?\.[A-Za-z_$\[(]|\?\?|\bcatch\s*\{")
"""Syntax that Chrome 64 or iOS 11.3 does not have: optional chaining, nullish coalescing, a catch without a name."""


@pytest.fixture
def web(tmp_path: Path) -> Path:
    """A copy of the sources and of the built files."""
    shutil.copytree(WEB, tmp_path, dirs_exist_ok=True)
    return tmp_path


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_what_is_served_is_what_the_sources_give() -> None:
    assert contents(WEB / "dist") == built_files() | {STAMP: sources_digest().encode()}


def test_the_folder_does_not_matter(web: Path) -> None:
    shutil.rmtree(web / "dist")
    ensure_page(web)
    assert contents(web / "dist") == contents(WEB / "dist")


def test_a_change_of_the_sources_is_built_under_new_names(web: Path) -> None:
    before = contents(web / "dist")
    logic = web / "src" / "logic" / "claims.js"
    logic.write_text(logic.read_text(encoding="utf-8").replace("已到账", "已到帐"), encoding="utf-8")
    ensure_page(web)
    after = contents(web / "dist")
    changed = {name for name in before.keys() & after.keys() if before[name] != after[name]}
    assert changed == {"index.html", STAMP}
    assert len(after.keys() - before.keys()) == len(before.keys() - after.keys()) == 3


def test_nothing_is_done_while_nothing_changed(web: Path) -> None:
    made = (web / "dist" / "index.html").stat()
    ensure_page(web)
    assert (web / "dist" / "index.html").stat() == made


@pytest.mark.parametrize(
    ("name", "wrong", "told"),
    [
        ("app.js", "const = 1;\n", "app.js:1"),
        ("app.js", "import { nothing } from './store.js';\nnothing();\n", "nothing"),
        ("style.css", "a{color:red\n", "style.css"),
        ("index.html", "<!doctype html>\n", "index.html"),
    ],
)
def test_what_cannot_be_built_is_told_and_replaces_nothing(web: Path, name: str, wrong: str, told: str) -> None:
    before = contents(web / "dist")
    (web / "src" / name).write_text(wrong, encoding="utf-8")
    for _ in range(2):  # and does not count as current afterwards
        with pytest.raises(LocalError, match=told):
            ensure_page(web)
    assert contents(web / "dist") == before


def test_newer_syntax_in_the_sources_is_lowered(web: Path) -> None:
    newer = "export const views = window.a?.b ?? 1;\ntry { window.e(); } catch { window.f(); }\n"
    (web / "src" / "quiz.js").write_text(newer, encoding="utf-8")
    assert len(NEWER.findall(newer)) == 3
    for name, content in [*built_files(web).items(), *contents(WEB / "dist").items()]:
        assert not name.endswith(".js") or not NEWER.search(content.decode()), name


def test_packages_are_pinned_and_the_lock_names_no_host() -> None:
    package, lock = (json.loads(path.read_text(encoding="utf-8")) for path in (PACKAGE, LOCK))
    for name, version in package["devDependencies"].items():
        assert lock["packages"][f"node_modules/{name}"]["version"] == version
    assert "--target=chrome64,ios11.3" in OPTIONS
    locked = {name: one for name, one in lock["packages"].items() if name}
    assert all(one["integrity"].startswith("sha512-") for one in locked.values())
    assert "http" not in LOCK.read_text(encoding="utf-8")


def test_the_scripts_own_tests_pass() -> None:
    command = ["node", "--import", "./tests/web/waits.mjs", "--test", "tests/web/"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "\n# pass 0\n" not in done.stdout

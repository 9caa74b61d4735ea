"""The locks: each lists exactly the packages that its .in file needs, in one version, with hashes."""

import re
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name

ROOT = Path(__file__).parent.parent
INSTALLED = ("requirements", "requirements-dev")
LOCKS = (*INSTALLED, "tests/rehearsal/emulator")
"""The emulator has its own environment."""
_LOCKED = re.compile(r"[a-z0-9-]+==[^\s;]+( ; [^\\]+)?( --hash=sha256:[0-9a-f]{64})+")


def lines(path: Path) -> Iterator[str]:
    """The file's lines without comments, with continued lines joined."""
    text = re.sub(r"^\s*#.*\n", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    yield from (" ".join(line.split()) for line in text.replace("\\\n", " ").splitlines() if line.strip())


def wanted(name: str) -> Iterator[Requirement]:
    """Returns the requirements of an .in file and of those that it includes."""
    for line in lines(ROOT / f"{name}.in"):
        if line.startswith("-r "):
            yield from wanted(line.removeprefix("-r ").removesuffix(".in"))
        elif not line.startswith("-c "):
            yield Requirement(line)


def locked(name: str) -> dict[NormalizedName, Requirement]:
    """Returns the locked packages by canonical name."""
    found = [Requirement(line.split(" --hash")[0]) for line in lines(ROOT / f"{name}.txt")]
    by_name = {canonicalize_name(one.name): one for one in found}
    assert len(by_name) == len(found), "a package has several versions"
    return by_name


def needed(name: str) -> dict[NormalizedName, set[str]]:
    """Returns all packages that an .in file needs on this Python and platform, by the installed packages' metadata:
    name -> extras."""
    found: dict[NormalizedName, set[str]] = {}
    todo = list(wanted(name))
    while todo:
        one = todo.pop()
        key, known = canonicalize_name(one.name), found.get(canonicalize_name(one.name))
        if known is not None and one.extras <= known:
            continue
        extras = found[key] = (known or set()) | one.extras
        for text in distribution(key).requires or ():
            inner = Requirement(text)
            if inner.marker is None or any(inner.marker.evaluate({"extra": extra}) for extra in ("", *extras)):
                todo.append(inner)
    return found


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_has_one_version_and_hashes(name: str) -> None:
    assert [line for line in lines(ROOT / f"{name}.txt") if not _LOCKED.fullmatch(line)] == []


@pytest.mark.parametrize("name", LOCKS)
def test_it_has_what_its_in_file_asks_for(name: str) -> None:
    there = locked(name)
    for one in wanted(name):
        assert re.fullmatch(r"==[^*,]+", str(one.specifier)), f"{one} is not pinned"
        assert there[canonicalize_name(one.name)].specifier == one.specifier


@pytest.mark.parametrize("name", INSTALLED)
def test_it_has_what_those_need_and_nothing_else(name: str) -> None:
    here = {key for key, one in locked(name).items() if one.marker is None or one.marker.evaluate()}
    assert here == set(needed(name))


@pytest.mark.parametrize("name", INSTALLED)
def test_what_is_installed_is_what_is_locked(name: str) -> None:
    for key, one in locked(name).items():
        if one.marker is None or one.marker.evaluate():
            assert distribution(key).version in one.specifier


def test_what_is_deployed_is_what_is_tested() -> None:
    tested = locked("requirements-dev")
    assert {key: tested[key].specifier for key in locked("requirements")} == {
        key: one.specifier for key, one in locked("requirements").items()
    }


@pytest.mark.parametrize("name", LOCKS)
def test_it_names_no_address(name: str) -> None:
    text = (ROOT / f"{name}.txt").read_text(encoding="utf-8")
    assert "//" not in text
    assert "index" not in text

"""The commands in the documents exist: each `./contest` command with its options, and each `make` target."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib.domain.texts import FACTS, LISTS, LONGEST
from chalicelib.domain.wording import Topic
from tests.support.commands import incomplete, is_name, unknown

ROOT = Path(__file__).parent.parent
DOCUMENTS = (
    "README.md",
    "docs/deploy.md",
    "docs/operate.md",
    "docs/zh/运维手册.md",
    "docs/zh/值守卡.html",
    "docs/zh/组织方手册.md",
    "docs/capacity.md",
    "docs/zh/承载与费用.md",
    "docs/operate-functions.md",
    "docs/wechat-setup.md",
    "docs/zh/微信侧配置.md",
    "docs/configuration.md",
    "docs/privacy.md",
)
"""Other documents with commands can be added."""

_FENCED = re.compile(r"^```.*?\n(.*?)^```", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`([^`\n]+)`|^ {4,}([^`\n]+)$", re.MULTILINE)
_HTML_CODE = re.compile(r"<code>(.*?)</code>")
_COMMAND = re.compile(r"\./contest((?: +[^\s#]+)*)")
_TARGET = re.compile(r"\bmake ([a-z][a-z-]*)")


def code_of(document: str) -> Iterator[str]:
    """Returns the texts between backquotes or fences, and indented blocks."""
    text = (ROOT / document).read_text(encoding="utf-8")
    yield from _HTML_CODE.findall(text)
    yield from _FENCED.findall(text)
    text = _FENCED.sub("", text)
    yield from (inline or block for inline, block in _CODE.findall(text))


def commands_of(document: str) -> list[str]:
    """Returns the words after each `./contest`."""
    return [found.strip() for code in code_of(document) for found in _COMMAND.findall(code)]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_command_exists(document: str) -> None:
    named = commands_of(document)
    assert named, "it names commands"
    assert {command: wrong for command in named if (wrong := unknown(command))} == {}


@pytest.mark.parametrize("document", ["docs/operate.md", "docs/zh/运维手册.md", "docs/zh/值守卡.html"])
def test_a_command_with_words_behind_it_has_all_that_it_needs(document: str) -> None:
    """One that stands alone may only be named."""
    whole = [one for one in commands_of(document) if not re.search(r"…|\|", one)]
    assert {one: wrong for one in whole if not is_name(one) and (wrong := incomplete(one))} == {}


@pytest.mark.parametrize("document", ["docs/operate.md", "docs/zh/运维手册.md"])
def test_a_command_can_be_copied_as_it_is(document: str) -> None:
    """A command of two words is written with the program's name, so that an operator can copy it at night."""
    groups = ("payouts ", "plan ", "menu ", "pay-smoke ", "up --", "down --", "person ", "people ", "secrets ", "run ")
    text = (ROOT / document).read_text(encoding="utf-8")
    assert [code for code in re.findall(r"`([^`\n]+)`", text) if code.startswith(groups)] == []


@pytest.mark.parametrize(
    ("command", "whole"),
    [
        ("hold PERSON --reason TEXT", True),
        ("hold PERSON", False),
        ("up --warm-writes N", True),
        ("up --warm-writes", False),
        ("plan reveal --yes > plan.json", True),
        ("plan reveal now", False),
    ],
)
def test_that_test_sees_what_is_missing(command: str, whole: bool) -> None:
    assert (incomplete(command) == "") is whole


def test_every_placeholder_is_documented() -> None:
    """And no other placeholder: editors of the contest file look them up there."""
    text = (ROOT / "docs/configuration.md").read_text(encoding="utf-8")
    assert set(re.findall(r"`\{([a-z_]+)\}`", text)) == {*FACTS, *LISTS, *LONGEST}
    assert {topic.value for topic in Topic} <= set(re.findall(r"`([a-z]+)`", text))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_target_exists(document: str) -> None:
    targets = re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert {one for code in code_of(document) for one in _TARGET.findall(code)} <= {*targets}


@pytest.mark.parametrize(
    ("command", "wrong"),
    [
        ("--stage prod plan lay", []),
        ("plan lay|activate", []),
        ("hold OPENID", []),
        ("--stage prod up --url https://x --egress", []),
        ("payouts", []),
        ("deploy", ["deploy"]),
        ("plan burn", ["burn"]),
        ("--stage prod up --uri x", ["--uri"]),
        ("--stag prod up", ["--stag", "prod"]),
        ("plan lay|burn", ["burn"]),
    ],
)
def test_that_test_sees_them(command: str, wrong: list[str]) -> None:
    assert unknown(command) == wrong

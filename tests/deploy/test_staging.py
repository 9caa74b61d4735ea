"""The copy that is deployed in the rehearsal: the project's own, but for what the stage says."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chalicelib.config import load_contest_file
from chalicelib.pay_settings import load_pay_settings
from chalicelib.settings import load_settings
from infra.deploy.secret_values import make_secrets
from infra.deploy.staging import (
    PREFIX,
    STAGE,
    contest_file,
    set_stage,
    set_window,
    whole_minute,
    widen_settings,
)
from infra.lean.staging import copy_tree
from infra.local.processes import ROOT
from infra.operator.cloud.secrets import ALL_NAMES

NOW = datetime(2026, 7, 1, 12, 0, 30, tzinfo=UTC)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    copy_tree(ROOT, tmp_path / "tree")
    return tmp_path / "tree"


def test_only_what_is_deployed_is_copied(tree: Path) -> None:
    assert {one.name for one in tree.iterdir()} == {
        ".chalice",
        "app.py",
        "chalicelib",
        "functions",
        "requirements.txt",
        "vendor",
    }
    assert (tree / "vendor" / "functions").is_symlink()
    assert (tree / "vendor" / "functions").resolve() == tree / "functions"
    assert not (tree / ".chalice" / "deployed").exists()


def test_the_stage_keeps_what_the_project_says_of_it(tree: Path) -> None:
    set_stage(tree, {"PUBLIC_BASE_URL": "https://127.0.0.1:1"})

    changed = json.loads((tree / ".chalice" / "config.json").read_text(encoding="utf-8"))
    given = json.loads((ROOT / ".chalice" / "config.json").read_text(encoding="utf-8"))
    assert changed["stages"][STAGE]["environment_variables"].pop("PUBLIC_BASE_URL") == "https://127.0.0.1:1"
    given["stages"][STAGE]["environment_variables"].pop("PUBLIC_BASE_URL")
    assert changed == given
    assert given["stages"][STAGE]["environment_variables"]["RESOURCE_PREFIX"] == PREFIX


def test_the_contest_has_the_window_and_small_prizes(tree: Path) -> None:
    opens_at = whole_minute(NOW, timedelta(minutes=2))

    set_window(tree, opens_at, opens_at + timedelta(days=1))

    contest = load_contest_file(contest_file(tree))
    assert contest.window.opens_at == opens_at
    assert contest.window.closes_at == opens_at + timedelta(days=1)
    assert contest.prizes.packets < 1000
    assert contest.id == load_contest_file(contest_file(ROOT)).id


def test_only_the_right_to_read_settings_is_widened(tree: Path) -> None:
    widen_settings(tree)

    policies = [path for path in (tree / ".chalice").rglob("*.json") if path.name != "config.json"]
    assert policies
    for path in policies:
        before = json.loads((ROOT / path.relative_to(tree)).read_text(encoding="utf-8"))["Statement"]
        after = json.loads(path.read_text(encoding="utf-8"))["Statement"]
        different = [new for old, new in zip(before, after, strict=True) if old != new]
        assert different
        assert all(one["Action"] == ["ssm:GetParametersByPath"] for one in different)


@pytest.mark.parametrize(
    ("at_least", "expected"),
    [(0, (12, 1)), (30, (12, 1)), (31, (12, 2)), (90, (12, 2))],
)
def test_a_whole_minute_that_is_far_enough_ahead(at_least: int, expected: tuple[int, int]) -> None:
    found = whole_minute(NOW, timedelta(seconds=at_least))

    assert (found.hour, found.minute, found.second, found.microsecond) == (*expected, 0, 0)
    assert found >= NOW + timedelta(seconds=at_least)


def test_the_secrets_are_complete_and_pass_for_real_ones() -> None:
    values = make_secrets()

    assert set(values) == set(ALL_NAMES)
    load_pay_settings({**values, "STAGE": STAGE})
    load_settings({**values, "STAGE": STAGE, "RESOURCE_PREFIX": PREFIX, "PUBLIC_BASE_URL": "https://127.0.0.1:1"})


def test_no_secret_is_longer_than_the_store_takes() -> None:
    # A standard parameter holds 4 KB.
    assert max(len(value) for value in make_secrets().values()) < 4096

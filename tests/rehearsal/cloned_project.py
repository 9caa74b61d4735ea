"""The rehearsal's changes, all in its own clone: the work tree and its `.chalice` are never touched."""

import json
import shutil
import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import tomli_w

from infra.build.staging import copy_tree
from infra.local.local_contest import with_local_prizes
from tests.support.packaged_zips import THIS_MACHINE

STAGE = "staging"
PREFIX = "contest-staging"
SECRETS_PATH = "/contest/staging/"


def clone(root: Path, out: Path) -> None:
    """Clones the files that an operator needs: the application, `infra` and the command, but no record of a
    deployment."""
    copy_tree(root, out)
    shutil.copytree(root / "infra", out / "infra", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("contest", "package.json", "package-lock.json"):
        shutil.copy2(root / name, out / name)
    path = contest_file(out)  # an organiser's telephone number, without which the build is refused
    path.write_text(path.read_text(encoding="utf-8").replace('phone = ""', 'phone = "0517-00000000"'), encoding="utf-8")


def set_stage(tree: Path, variables: Mapping[str, str]) -> None:
    """Adds environment variables to the stage, whose functions the emulator runs on this machine."""
    path = tree / ".chalice" / "config.json"
    config = json.loads(path.read_text(encoding="utf-8"))
    config["lambda_architecture"] = THIS_MACHINE
    config["stages"][STAGE]["environment_variables"] |= variables
    path.write_text(json.dumps(config, indent=2), encoding="utf-8")


def widen_settings(tree: Path) -> None:
    """Lets the functions read all settings: the emulator checks GetParameters against "*", not against the names. The
    rest of their policies does not change and is enforced.
    """
    for path in sorted((tree / ".chalice").rglob("*.json")):
        policy = json.loads(path.read_text(encoding="utf-8"))
        for statement in policy.get("Statement", []):
            if "ssm:GetParameters" in statement["Action"]:
                statement["Resource"] = "*"
                path.write_text(json.dumps(policy, indent=2), encoding="utf-8")


def set_window(tree: Path, opens_at: datetime, closes_at: datetime) -> None:
    """Writes the packaged contest with another window, and with the few small packets of `[local.prizes]`."""
    path = contest_file(tree)
    document: Mapping[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    window = {"announced_at": opens_at - timedelta(days=7), "opens_at": opens_at, "closes_at": closes_at}
    privacy = {**document["privacy"], "kept_until": closes_at + timedelta(days=180)}
    changed = {**with_local_prizes(document), "window": window, "privacy": privacy}
    path.write_text(tomli_w.dumps(changed), encoding="utf-8")


def contest_file(tree: Path) -> Path:
    return tree / "chalicelib" / "contest.toml"


def whole_minute(now: datetime, at_least: timedelta) -> datetime:
    """Returns the first whole minute that is `at_least` after `now`: scheduled rules have no seconds."""
    earliest = (now + at_least).astimezone(UTC)
    floor = earliest.replace(second=0, microsecond=0)
    return floor if floor == earliest else floor + timedelta(minutes=1)

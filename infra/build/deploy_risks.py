"""Reasons not to deploy now: an opening or closing within the hour, a dirty tree, another contest under way."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from chalicelib.adapters.http.render import moment
from chalicelib.adapters.store.dynamo_control import DEPLOYMENT
from chalicelib.domain.contest import Phase
from chalicelib.domain.deployed_contest import DeployedContest, from_text
from infra.operator.operator_errors import unless_missing
from infra.operator.terminal import YES, typed

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Risks:
    """`ours` is what would be deployed, `theirs` what runs, as far as it is known."""

    ours: DeployedContest
    theirs: DeployedContest | None
    now: datetime
    uncommitted: Sequence[str] = ()
    """The changed files of the work tree."""

    def __iter__(self) -> Iterator[str]:
        yield from dict.fromkeys(self._moments())
        if self.theirs and self.theirs.contest_id != self.ours.contest_id and self._is_open(self.theirs):
            yield f"竞赛 {self.theirs.contest_id} 正在进行，将换成 {self.ours.contest_id}"
        if self.uncommitted:
            first, count = "、".join(self.uncommitted[:5]), len(self.uncommitted)
            yield f"目录里有 {count} 处没有提交：{first}{' 等' * (count > 5)}"

    def _moments(self) -> Iterator[str]:
        for found in (self.ours, *([self.theirs] if self.theirs else [])):
            for what, at in (("开幕", found.opens_at), ("闭幕", found.closes_at)):
                if abs(at - self.now) <= HOUR:
                    yield f"离{what}（{moment(at)}）不到一小时"

    def _is_open(self, found: DeployedContest) -> bool:
        return found.phase(self.now) is Phase.OPEN


def agreed(risks: Risks, prefix: str, yes: bool, really: str) -> bool:
    """Whether nothing speaks against it, or the operator said so twice: yes, and the deployment's prefix."""
    found = list(risks)
    for risk in found:
        print(f"! {risk}", flush=True)
    if not found:
        return True
    once = "仍要部署？需要说两遍：YES=1 REALLY=" + prefix
    if not yes and typed("仍要部署？[y/N] ", once).lower() not in YES:
        return False
    return (really or typed(f"请输入 {prefix} 确认：", once)) == prefix


def reported(dynamodb: Any, prefix: str) -> DeployedContest | None:
    """Returns the contest that the deployment runs, as its sweep reported; None if it has not. `dynamodb` is a client.

    Read here without the application's settings: a first deployment has none yet.
    """
    key = {"contest_id": {"S": DEPLOYMENT}, "name": {"S": "contest"}}
    found = unless_missing(lambda: dynamodb.get_item(TableName=f"{prefix}-control", Key=key, ConsistentRead=True))
    return from_text(found["Item"]["text"]["S"]) if found and "Item" in found else None


def uncommitted(root: Path) -> list[str]:
    """Returns the changed files of the work tree; none where it is not git's."""
    try:
        command = ["git", "-C", str(root), "status", "--porcelain"]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        print("这里不是 git 的检出，不知道部署的是哪个版本。", file=sys.stderr)
        return []
    return [line[3:] for line in told.splitlines()]

"""Chalice's record of a stage's deployment, shared by its operators in Parameter Store beside the stage's secrets.

`/contest/prod-deployed/record` holds the record, compressed, with who stored it; `/contest/prod-deployed/lock` exists
while somebody deploys. Without the record a deployment from another checkout would create a second API.
"""

import base64
import json
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from infra.operator.deployment import Deployment
from infra.operator.operator_errors import OperatorError
from infra.project import Project

STALE = timedelta(minutes=30)
"""A lock this old belongs to a deployment that was killed: none takes so long."""


@dataclass(frozen=True, slots=True)
class _Shared:
    """`stored` tells who and when, for people."""

    text: str
    version: int
    stored: str


@dataclass(frozen=True, slots=True)
class SharedRecord:
    """`ssm` is a client, `who` the operator. The methods raise OperatorError, ProjectError and botocore's errors."""

    project: Project
    wanted: Deployment
    ssm: Any
    who: str

    @property
    def _path(self) -> str:
        return self.wanted.secrets_path.rstrip("/") + "-deployed/"

    @contextmanager
    def locked(self, now: datetime) -> Iterator[None]:
        """Nobody else deploys meanwhile."""
        mine = json.dumps({"who": self.who, "at": now.isoformat()}, ensure_ascii=False)
        try:
            self._put("lock", mine, overwrite=False)
        except self.ssm.exceptions.ParameterAlreadyExists:
            self._take_over(mine, now)
        try:
            yield
        finally:
            if self._value("lock") == mine:
                self.ssm.delete_parameter(Name=self._path + "lock")

    def fetch(self) -> str:
        """Brings this checkout's record up to date. Returns what was done; empty for nothing."""
        shared, mine = self._shared(), self.project.record_text(self.wanted.stage)
        is_changed_here = mine is not None and (self._base() or {}).get("digest") != _digest(mine)
        if shared is None:
            if mine is None or is_changed_here:
                return ""
            self.project.forget_record(self.wanted.stage)
            return "部署已由别处拆除：本目录的部署记录已删去"
        if mine == shared.text:
            self._note(shared)
            return ""
        if not is_changed_here:
            self.project.write_record(self.wanted.stage, shared.text)
            self._note(shared)
            return f"部署记录取自 SSM（{shared.stored}）"
        if not self._is_at(shared, self._base()):
            raise self._conflict(shared, mine or "")
        return ""  # the last deployment from here ended before it could store its record

    def store(self) -> str:
        """Stores this checkout's record. Returns what was done; empty for nothing."""
        mine, shared = self.project.record_text(self.wanted.stage), self._shared()
        if mine is None or (shared and shared.text == mine):
            return ""
        if not self.project.resources(self.wanted.stage):
            return self._remove(shared)
        if shared and not self._is_at(shared, self._base()):
            raise self._conflict(shared, mine)
        packed = base64.b64encode(zlib.compress(mine.encode(), 9)).decode()
        value = {"who": self.who, "at": datetime.now(UTC).isoformat(timespec="seconds"), "record": packed}
        version = self._put("record", json.dumps(value, ensure_ascii=False), overwrite=shared is not None)
        self._note(_Shared(mine, version, ""))
        return f"部署记录已存入 {self._path}record"

    def _remove(self, shared: _Shared | None) -> str:
        if shared is None:
            return ""
        self.ssm.delete_parameter(Name=self._path + "record")
        self.project.forget_record(self.wanted.stage)
        return f"{self._path}record 已删去"

    def _take_over(self, mine: str, now: datetime) -> None:
        other = json.loads(self._value("lock") or "{}")
        since = datetime.fromisoformat(other["at"]) if other else now - 2 * STALE
        if now - since < STALE:
            raise OperatorError(
                f"{other['who']} 自 {since.isoformat(timespec='seconds')} 起正在部署，请等它结束。确知它已中断的："
                f"aws ssm delete-parameter --name {self._path}lock（半小时后自动失效）。"
            )
        self._put("lock", mine, overwrite=True)

    def _conflict(self, shared: _Shared, mine: str) -> OperatorError:
        ours, theirs = _names(mine), _names(shared.text)
        differing = [
            f"{what}：{'、'.join(sorted(names))}"
            for what, names in (("只在本机的", ours - theirs), ("只在共享的", theirs - ours))
            if names
        ]
        return OperatorError(
            f"部署记录有冲突：{self.project.record(self.wanted.stage)} 与 SSM 中的（{shared.stored}）都改过。"
            f"{'；'.join(differing) or '名称相同，编号不同'}。以共享的为准：移走本机的文件，再执行；"
            f"以本机的为准：aws ssm delete-parameter --name {self._path}record，再执行。"
        )

    def _shared(self) -> _Shared | None:
        found = self._parameter("record")
        if found is None:
            return None
        value = json.loads(found["Value"])
        text = zlib.decompress(base64.b64decode(value["record"])).decode()
        return _Shared(text, int(found["Version"]), f"{value['who']} 于 {value['at']} 存入")

    def _base(self) -> dict[str, Any] | None:
        """What this checkout last saw or stored."""
        text = self.project.seen_record(self.wanted.stage)
        return json.loads(text) if text else None

    def _note(self, shared: _Shared) -> None:
        seen = {"version": shared.version, "digest": _digest(shared.text)}
        self.project.note_seen_record(self.wanted.stage, json.dumps(seen))

    @staticmethod
    def _is_at(shared: _Shared, base: dict[str, Any] | None) -> bool:
        """Whether nobody stored another since. A deleted parameter begins again with version 1."""
        return base == {"version": shared.version, "digest": _digest(shared.text)}

    def _put(self, name: str, value: str, overwrite: bool) -> int:
        put = self.ssm.put_parameter
        # Above 4 KB only an advanced parameter holds it.
        tier = "Intelligent-Tiering"
        return int(put(Name=self._path + name, Value=value, Type="String", Tier=tier, Overwrite=overwrite)["Version"])

    def _value(self, name: str) -> str | None:
        found = self._parameter(name)
        return str(found["Value"]) if found else None

    def _parameter(self, name: str) -> dict[str, Any] | None:
        try:
            return dict(self.ssm.get_parameter(Name=self._path + name)["Parameter"])
        except self.ssm.exceptions.ParameterNotFound:
            return None


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _names(text: str) -> set[str]:
    """A record's resources by name."""
    return {str(one.get("name")) for one in json.loads(text or "{}").get("resources", [])}

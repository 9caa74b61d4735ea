"""The contest as a deployment reports it, so that a checkout can be compared with the running contest."""

import json
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from chalicelib.domain.contest import Contest, Phase, Window
from chalicelib.domain.section import Section

DIGITS = 16
"""The length of a section's digest, from SHA-256: enough to find differences, but no proof."""


@dataclass(frozen=True, slots=True)
class DeployedContest:
    """`sections` is a section's name -> a digest of its keys that differ from their defaults."""

    contest_id: str
    opens_at: datetime
    closes_at: datetime
    sections: Mapping[str, str]

    def phase(self, now: datetime) -> Phase:
        return Window(self.opens_at, self.opens_at, self.closes_at).phase(now)

    def differing(self, other: "DeployedContest") -> list[str]:
        """Returns the names of the sections that differ, in alphabetical order."""
        names = sorted({*self.sections, *other.sections})
        return [name for name in names if self.sections.get(name) != other.sections.get(name)]


def described(contest: Contest) -> DeployedContest:
    """Returns this process's contest."""
    sections = {name: _digest(value) for name, value in _given(contest).items()}
    return DeployedContest(contest.id, contest.window.opens_at, contest.window.closes_at, sections)


def as_text(found: DeployedContest) -> str:
    window = {"opens_at": found.opens_at.isoformat(), "closes_at": found.closes_at.isoformat()}
    return json.dumps({"contest_id": found.contest_id, **window, "sections": dict(found.sections)}, sort_keys=True)


def from_text(text: str) -> DeployedContest:
    """Reads the text of `as_text`. Keys that a later version added are ignored."""
    read = json.loads(text)
    opens_at, closes_at = (datetime.fromisoformat(read[name]) for name in ("opens_at", "closes_at"))
    return DeployedContest(read["contest_id"], opens_at, closes_at, read["sections"])


def _given(section: Section) -> dict[str, Any]:
    """Leaves out defaults, so that a version with a further optional key reports the same for the same file."""
    values = {field: getattr(section, field.name) for field in fields(section)}  # type: ignore[arg-type]
    return {
        field.name: _plain(value)
        for field, value in values.items()
        if field.default is MISSING or value != field.default
    }


def _plain(value: Any) -> Any:
    match value:
        case Section():
            return _given(value)
        case tuple() | list():
            return [_plain(one) for one in value]
        case datetime():
            return value.astimezone(UTC).isoformat()
    return value


def _digest(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)
    return sha256(text.encode()).hexdigest()[:DIGITS]

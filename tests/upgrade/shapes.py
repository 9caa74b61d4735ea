"""The format of stored and sent data without their values: names and types, also inside JSON and seals."""

import json
from collections import defaultdict
from enum import Enum
from typing import Any

from chalicelib.adapters.sealing import Sealer
from chalicelib.domain.claim import PayoutStatus
from chalicelib.domain.conversation import Kind
from chalicelib.domain.participation import Settled
from chalicelib.domain.payout_reasons import Reason
from chalicelib.domain.prizes import PlanState

WORDS: tuple[type[Enum], ...] = (PayoutStatus, Reason, Settled, PlanState)
JSON_ATTRIBUTES = frozenset({"answers", "send_order"})
KEYS = {
    "participants": {"who", "what", "due_shard", "counted_shard", "packet_key"},
    "pool": {"shard"},
    "control": {"contest_id", "name"},
    "books": {"contest_id", "name"},
    "office": {"contest_id", "name"},
}
"""Table -> attributes that are composed of parts."""
NAMES = frozenset({"C", "me", "attempt", "pass", "claim", "wechat", "log"})
SEALED = {"contest_session": "session", "contest_state": "oauth-state"}
"""Cookie -> the purpose for which it is sealed."""

Shapes = dict[str, list[str]]


def vocabulary() -> dict[str, list[str]]:
    """All values of attributes that are stored as one of a few words."""
    words = {kind.__name__: [str(one.value) for one in kind] for kind in WORDS}
    return words | {Kind.__name__: [kind.name for kind in Kind]}


def shapes(frozen: dict[str, Any]) -> Shapes:
    """Kind of record -> all forms in which it occurs."""
    found: dict[str, set[str]] = defaultdict(set)
    for table, items in frozen["tables"].items():
        for item in items:
            found[f"{table} {_kind(table, item)}"].add(_item(item, KEYS.get(table, set()), frozen["contest"]))
    for queue, bodies in frozen["queues"].items():
        found[f"queue {queue}"].update(_form(json.loads(body), "v") for body in bodies)
    for jar in frozen["jars"].values():
        for cookie, token in jar.items():
            found[f"cookie {cookie}"].add(
                _sealed(token, SEALED[cookie.removeprefix("__Host-")], frozen["session_keys"])
            )
    for attempt in frozen["attempts"].values():
        found["attempt"].add(_sealed(attempt["attempt"], "attempt", frozen["session_keys"]))
    found["share code"].update(str(len(code)) for code in frozen["share_codes"].values())
    found |= {f"words {kind}": set(words) for kind, words in frozen["vocabulary"].items()}
    return {kind: sorted(forms) for kind, forms in found.items()}


def _kind(table: str, item: dict[str, Any]) -> str:
    """Returns the kind of row: in one table the sort key, up to a `#`, distinguishes them."""
    sort_key = {"participants": "what", "control": "name", "books": "name", "office": "name"}.get(table)
    return str(item[sort_key]["S"]).split("#")[0] if sort_key else ""


def _item(item: dict[str, Any], keys: set[str], contest: str) -> str:
    found = {name: _value(name, *next(iter(value.items()))) for name, value in item.items()}
    found |= {name: _key(item[name]["S"], contest) for name in keys & item.keys()}
    return ", ".join(f"{name}: {form}" for name, form in sorted(found.items()))


def _value(name: str, kind: str, value: Any) -> str:
    if name in JSON_ATTRIBUTES:
        return f"JSON {_form(json.loads(value))}"
    if name == "version":
        return f"N {value}"
    # Seconds or milliseconds.
    return f"N of {len(value)} digits" if name.endswith(("_at", "_until")) else kind


def _key(value: str, contest: str) -> str:
    """`S C#28` is the contest and something of 28 characters."""
    parts = value.replace(contest, "C").split("#")
    return "S " + "#".join(part if part in NAMES else str(len(part)) for part in parts)


def _sealed(token: str, purpose: str, keys: list[str]) -> str:
    return f"{token[:2]} {_form(Sealer(keys, purpose).open(token))}"


def _form(value: Any, *said: str) -> str:
    """Returns the format of a JSON value; fields named in `said` have their values. For a list of lists, the formats
    that occur in it."""
    if isinstance(value, dict):
        fields = (f"{name}: {one if name in said else _form(one)}" for name, one in sorted(value.items()))
        return f"{{{', '.join(fields)}}}"
    if isinstance(value, list):
        forms = [_form(one) for one in value]
        return f"[{'; '.join(sorted(set(forms)) if value and isinstance(value[0], list) else forms)}]"
    return type(value).__name__

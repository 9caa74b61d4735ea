"""Changes one value in a JSON text and leaves the rest of it, layout and order included, as somebody wrote it."""

import json
import re
from collections.abc import Sequence

_DECODER = json.JSONDecoder()
_SPACE = re.compile(r"[ \t\r\n]*")


def with_value(text: str, path: Sequence[str], value: object) -> str:
    """`text` with `value` at `path`; objects and members that are missing are added.

    Raises ValueError when the text is not JSON, or when something on the way is no object.
    """
    json.loads(text)  # from here on it is known to be well-formed
    return _changed(text, _behind_space(text, 0), path, value)


def _changed(text: str, start: int, path: Sequence[str], value: object) -> str:
    """The same, from the object that begins at `start`."""
    if text[start] != "{":
        raise ValueError(f"not an object, so it cannot hold {path[0]}")
    spans, end = _members(text, start)
    key, *rest = path
    if key not in spans:
        text = _added(text, start, end, key, json.dumps({} if rest else value, ensure_ascii=False))
        return _changed(text, start, path, value) if rest else text
    begin, stop = spans[key]
    if rest:
        return _changed(text, begin, rest, value)
    if json.loads(text[begin:stop]) == value:
        return text
    return text[:begin] + json.dumps(value, ensure_ascii=False) + text[stop:]


def _members(text: str, start: int) -> tuple[dict[str, tuple[int, int]], int]:
    """Where each value of the object begins and ends, and where the object's last member ends."""
    spans: dict[str, tuple[int, int]] = {}
    at = end = start + 1
    while text[at := _behind_space(text, at)] != "}":
        key, at = _DECODER.raw_decode(text, at)
        at = _behind_space(text, _behind_space(text, at) + 1)
        _, end = _DECODER.raw_decode(text, at)
        spans[key] = (at, end)
        at = _behind_space(text, end)
        at += text[at] == ","
    return spans, end


def _added(text: str, start: int, end: int, key: str, value: str) -> str:
    """A further member behind the last one, laid out as the first one is."""
    first = _behind_space(text, start + 1)
    member = f"{json.dumps(key, ensure_ascii=False)}: {value}"
    if text[first] == "}":
        return f"{text[: start + 1]}{member}{text[first:]}"
    return f"{text[:end]},{text[start + 1 : first]}{member}{text[end:]}"


def _behind_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at

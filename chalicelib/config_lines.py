"""Finds the lines of a contest file's keys. Used only when a key is wrong."""

import re
from collections import deque

_TOKEN = re.compile(
    r'"{3}(?:\\.|[^\\])*?"{3,5}'  # texts of several lines,
    r"|'{3}.*?'{3,5}"
    r'|"(?:\\.|[^"\\\n])*"'  # of one,
    r"|'[^'\n]*'"
    r"|#[^\n]*"  # comments,
    r"|[\[\]{}=,\n]"
    r"""|[^\s\[\]{}=,"'#]+""",  # bare names and values
    re.DOTALL,
)


class Lines:
    """The lines of a valid TOML document's keys, by places such as `section.list[2].key`."""

    def __init__(self, text: str) -> None:
        self._lines: dict[str, int] = {}
        self._tokens: deque[tuple[str, int]] = deque()
        line = 1
        for found in _TOKEN.finditer(text):
            if not found[0].startswith("#"):
                self._tokens.append((found[0], line))
            line += found[0].count("\n")
        self._document()

    def of(self, place: str) -> int:
        """Returns the line of a key. For a missing key, the line of its table; 0 if that is missing too."""
        while place and place not in self._lines:
            place = place[: max(place.rfind("."), place.rfind("["), 0)]
        return self._lines.get(place, 0)

    def _document(self) -> None:
        section, tables = "", dict[str, int]()
        while self._tokens:
            token, line = self._tokens[0]
            if token == "\n":
                self._tokens.popleft()
            elif token == "[":
                header = self._until("\n")
                section = header.strip("[]")
                self._note(section, line)
                if header.startswith("[["):
                    tables[section] = tables.get(section, 0) + 1
                    section += f"[{tables[section]}]"
                    self._note(section, line)
            else:
                self._pair(section)

    def _pair(self, inside: str) -> None:
        line = self._tokens[0][1]
        name = self._until("=")
        self._value(f"{inside}.{name}" if inside else name, line)

    def _value(self, place: str, line: int) -> None:
        self._note(place, line)
        opening = self._tokens[0][0]
        if opening not in ("[", "{"):
            while self._tokens and self._tokens[0][0] not in (",", "]", "}", "\n"):
                self._tokens.popleft()
            return
        self._tokens.popleft()
        number = 0
        while (token := self._tokens[0])[0] not in ("]", "}"):
            if token[0] in (",", "\n"):
                self._tokens.popleft()
            elif opening == "{":
                self._pair(place)
            else:
                number += 1
                self._value(f"{place}[{number}]", token[1])
        self._tokens.popleft()

    def _note(self, place: str, line: int) -> None:
        """Notes the line, also for the enclosing table if that has no line of its own."""
        while place:
            self._lines.setdefault(place, line)
            place = place.rpartition(".")[0]

    def _until(self, end: str) -> str:
        """Returns the tokens before `end`, joined and without quotes. Consumes `end` too."""
        joined = ""
        while self._tokens and (token := self._tokens.popleft()[0]) != end:
            joined += token.strip("\"'")
        return joined

"""The colours of the page: each stands once, as a custom property, and differs enough from what it lies on.

WCAG 2.1: 4.5 for text (1.4.3), 3.0 for borders and the ring of focus (1.4.11)."""

import re

import pytest

from infra.build.esbuild import WEB

_FIRST = (WEB / "src" / "style.css").read_text(encoding="utf-8")
_LATER = "".join(path.read_text(encoding="utf-8") for path in (WEB / "src").glob("*.css") if path.name != "style.css")
_ROOT, _RULES = _FIRST.split("}", 1)
COLOURS = {"white": "#ffffff", **dict(re.findall(r"--(\w+):(#\w{6})", _ROOT))}

TEXTS = {
    "ink": "white paper warm",
    "dim": "white paper warm",
    "red": "white paper warm",
    "deep": "white paper warm",
    "brown": "white warm pale",
    "good": "white",
    "white": "lit red deep good dim",
    "pale": "lit red deep wine",
    "wine": "pale gold",
}
"""Colour of a text -> those it may lie on."""
SHAPES = {
    "edge": "white paper warm pale",
    "red": "white paper warm line",
    "blue": "white paper warm",
    "white": "lit red deep wine",
}
"""Colour of a border, a meter or the ring of focus -> those it may lie on."""


@pytest.mark.parametrize(("least", "pairs"), [(4.5, TEXTS), (3.0, SHAPES)], ids=["texts", "shapes"])
def test_colours_differ_enough_from_what_they_lie_on(least: float, pairs: dict[str, str]) -> None:
    low = {(one, other) for one, others in pairs.items() for other in others.split() if _contrast(one, other) < least}
    assert low == set()


def test_rules_use_only_the_pairs_that_are_judged() -> None:
    judged = {(text, other) for text, others in TEXTS.items() for other in others.split()}
    used = {
        (text[0], background)
        for rule in re.findall(r"\{([^{}]+)\}", _named(_RULES + _LATER))
        if (text := re.findall(r"(?:^|;)color:var\(--(\w+)\)", rule))
        for painted in re.findall(r"background:([^;]+)", rule)
        for background in re.findall(r"var\(--(\w+)\)", re.sub(r"conic-gradient.*", "", painted))
    }
    assert len(used) > 10
    # The character 開 stands in the middle of a golden coin, the score in the white middle of its ring.
    assert used - judged <= {("wine", "edge"), ("wine", "lit"), ("wine", "red"), ("dim", "full")}


def test_no_other_colour_and_no_weak_border_is_used() -> None:
    rules = _named(_RULES + _LATER)
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b", rules) == []
    borders = set(re.findall(r"border:[\d.]+px (?:solid|dashed) var\(--(\w+)\)", rules))
    # `line` is the track of the turning sign, whose moving part is red.
    assert borders <= {"edge", "red", "deep", "gold", "line"}


def _named(rules: str) -> str:
    return re.sub(r"#fff\b", "var(--white)", rules)


def _contrast(one: str, other: str) -> float:
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(name: str) -> float:
    parts = [int(COLOURS[name][at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue

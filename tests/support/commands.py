"""Checks commands of `./contest` that manuals and alarms name."""

from typing import Any

from typer import Context
from typer.main import get_command

from infra.operator.nouns import contest


def unknown(command: str) -> list[str]:
    """Returns the words that `./contest` does not know. `a|b` names two commands; capitals mean a value."""
    words, wrong = command.split(), []
    at: Any = get_command(contest())
    while words:
        word = words.pop(0).strip("[]…")
        if word.startswith("--"):
            options = {name: option for option in at.get_params(Context(at)) for name in option.opts}
            known = options.get(word)
            wrong += [] if known else [word]
            if known and not known.is_flag and words:
                words.pop(0)
        elif deeper := getattr(at, "commands", None):
            first, *others = word.split("|")
            wrong += [one for one in (first, *others) if one not in deeper]
            if first not in deeper:
                return wrong
            at = deeper[first]
    return wrong

"""Checks commands of `./contest` that manuals and alarms name."""

import re
from typing import Any

from typer import Context
from typer._click.exceptions import BadParameter, MissingParameter, UsageError

from infra.operator.command import command as whole_command
from infra.operator.command_line import begin

_REDIRECTION = re.compile(r"\s[<>]\s*\S+")


def unknown(command: str) -> list[str]:
    """Returns the words that `./contest` does not know. `a|b` names two commands; capitals mean a value."""
    words, wrong = command.split(), []
    at: Any = whole_command()
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


def is_name(command: str) -> bool:
    """Whether nothing stands behind the command's name."""
    at: Any = whole_command()
    for word in command.split():
        at = getattr(at, "commands", {}).get(word)
    return at is not None


def incomplete(command: str) -> str:
    """Returns what the parser misses; empty for a command with all that it needs, whatever the values mean."""
    at: Any = whole_command()
    words, context = _REDIRECTION.sub("", command).split(), None
    try:
        while True:
            context = at.make_context("contest", words, parent=context)
            words = [*context._protected_args, *context.args]
            if not words:
                return ""
            _, at, words = at.resolve_command(context, words)
    except MissingParameter as error:
        return error.format_message()
    except BadParameter:
        return ""  # a placeholder is no number
    except UsageError as error:
        return error.format_message()
    finally:
        begin()

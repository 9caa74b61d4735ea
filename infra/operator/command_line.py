"""How a command is declared: `Noun`, and the options that every command has, in front of its name or behind it."""

import json
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from difflib import get_close_matches
from io import StringIO
from typing import Annotated, Any, TypeVar

from typer import CallbackParam, Option, Typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

F = TypeVar("F", bound=Callable[..., int | None])


@dataclass
class Flags:
    """What the options of every command say. `facts` is what the command tells a program beside its text."""

    stage: str | None = None
    yes: bool = False
    json: bool = False
    dry_run: bool = False
    compared: bool = False
    """Whether the deployment's contest file has been compared with this checkout's."""
    facts: dict[str, Any] = field(default_factory=dict)
    caller: Any = None
    """The operator's identity at AWS, once it was asked for."""


flags = Flags()
"""Of the command that runs."""


def begin() -> None:
    """Forgets what an earlier command of this process was given."""
    flags.stage, flags.yes, flags.json, flags.dry_run, flags.compared = None, False, False, False, False
    flags.caller = None
    flags.facts.clear()


def tell(**facts: Any) -> None:
    """Adds to the answer of `--json`."""
    flags.facts.update(facts)


def answered(command: Callable[[], int | None]) -> int:
    """Runs it and returns its exit status. With `--json`, stdout gets one document: the status, the text, the facts."""
    if not flags.json:
        return command() or 0
    with redirect_stdout(StringIO()) as text:
        status = command() or 0
    document = {"status": status, **flags.facts, "text": text.getvalue().splitlines()}
    print(json.dumps(document, ensure_ascii=False))
    return status


def _note(param: CallbackParam, value: Any) -> None:
    """Keeps a given value: the option is declared on each level, and absent on most."""
    if value:
        setattr(flags, param.name, value)


def _option(name: str, metavar: str, help: str) -> Any:
    return Option(
        name,
        metavar=metavar,
        help=help,
        callback=_note,
        expose_value=False,
        rich_help_panel="各命令共有，可写在前面或后面 / on every command, before or after its name",
    )


def _of_every_command(
    stage: Annotated[
        str | None,
        _option("--stage", "STAGE", "部署环境，默认取 $STAGE 或本机的 / default: $STAGE or local"),
    ] = None,
    yes: Annotated[bool, _option("--yes", "", "对确认回答“是” / answer yes to questions")] = False,
    json: Annotated[bool, _option("--json", "", "以 JSON 输出结果 / print the result as JSON")] = False,
    dry_run: Annotated[bool, _option("--dry-run", "", "只检查，不改动 / check, change nothing")] = False,
) -> None:
    """Only declares them."""


def _options() -> Iterator[Any]:
    once = Typer(add_completion=False)
    once.command()(_of_every_command)
    yield from (option for option in get_command(once).params)


_ON_EVERY = tuple(_options())
_READING = tuple(option for option in _ON_EVERY if option.name != "dry_run")


class Command(TyperCommand):
    """A command that changes nothing."""

    options = _READING

    def get_params(self, ctx: Any) -> list[Any]:
        return [*super().get_params(ctx), *self.options]

    def invoke(self, ctx: Any) -> int:
        return answered(lambda: super(Command, self).invoke(ctx))


class ChangingCommand(Command):
    """A command that changes something; it calls `confirmation.confirm` before it does."""

    options = _ON_EVERY


class Group(TyperGroup):
    def get_params(self, ctx: Any) -> list[Any]:
        return [*super().get_params(ctx), *_ON_EVERY]

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        name = args[0]
        if name not in self.commands and not name.startswith("-"):
            near = get_close_matches(name, self.commands) or [
                f"{group} {name}" for group, inner in self.commands.items() if name in getattr(inner, "commands", ())
            ]
            near = near or [f"contest {name}"] * (name in ctx.find_root().command.commands)
            meant = f"，是不是 {' 或 '.join(near)} / did you mean {' or '.join(near)}?" if near else ""
            ctx.fail(f"没有命令 {name}{meant or f' / no command {name}'}")
        return super().resolve_command(ctx, args)


class Noun(Typer):
    """The commands of one module. With a `name` they form a group, otherwise they are top-level commands.

    `about` is the heading under which the help lists them.
    """

    def __init__(self, name: str = "", help: str = "", about: str = "", **options: Any) -> None:
        super().__init__(name=name or None, help=help or None, cls=Group, add_completion=False, **options)
        self.about = about

    def reads(self, name: str) -> Callable[[F], F]:
        return self.command(name, cls=Command, rich_help_panel=None if self.info.name else self.about)

    def changes(self, name: str) -> Callable[[F], F]:
        return self.command(name, cls=ChangingCommand, rich_help_panel=None if self.info.name else self.about)

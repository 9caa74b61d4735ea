"""Rules for every command: its options, questions, answers and terminals."""

import json
import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from botocore.exceptions import NoCredentialsError
from typer import Context
from typer.main import get_command

from infra.operator import __main__ as process
from infra.operator import command, command_line, deployment, terminal
from infra.operator.command_line import ChangingCommand
from infra.operator.nouns import contest
from infra.project import ROOT
from tests.http.aws_faults import unreachable, watched_aws
from tests.operator.conftest import CHINESE, Office
from tests.operator.test_command import CHANGING, DECISIONS, READS

PRIVACY = {("person", "export"), ("person", "erase"), ("purge",)}
MORE_CHANGES = [("import-followers",), ("payouts", "reconcile"), ("payouts", "finish"), ("run", "sweep")]


def leaves(at: Any, *path: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Each command with the words that name it."""
    for name, inner in at.commands.items():
        if hasattr(inner, "commands"):
            yield from leaves(inner, *path, name)
        else:
            yield (*path, name), inner


EVERY = dict(leaves(get_command(contest())))


def run(*argv: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    status = command.main(argv)
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def test_every_command_has_the_options_of_all_and_a_dry_run_where_it_changes_something() -> None:
    for path, leaf in EVERY.items():
        names = {name for option in leaf.get_params(Context(leaf)) for name in option.opts}
        assert names >= {"--stage", "--yes", "--json", "--help"}, path
        assert ("--dry-run" in names) is isinstance(leaf, ChangingCommand), path
    changing = {path for path, leaf in EVERY.items() if isinstance(leaf, ChangingCommand)}
    tried = {argv[: 2 if argv[:2] in EVERY else 1] for argv in (*CHANGING, *DECISIONS, *MORE_CHANGES)}
    own = {
        ("warm",),
        ("bank", "import"),
        ("bank", "restore"),
        ("plan", "reveal"),
        ("secrets", "put"),
        ("domain", "bind"),
        *(("desk", name) for name in ("link", "links", "revoke")),
        *PRIVACY,
    }
    assert changing - tried == own, "these have tests of their own"


def test_every_command_explains_itself_and_refuses_an_option_it_does_not_know(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    for path in ((), *EVERY):
        status, out, err = run(*path, "--help", capsys=capsys)
        assert (status, err) == (0, ""), path
        assert CHINESE.search(out), path
        assert "…" not in out, "Rich cuts a word where Chinese stands before it on a full line"
        status, out, err = run(*path, "--nonsense", capsys=capsys)
        assert (status, out) == (2, ""), path
        assert "参数有误（没有选项 --nonsense" in err, path
        assert "No such option" in err, path


@pytest.mark.parametrize("front", [True, False])
def test_the_options_of_all_stand_in_front_or_behind(
    front: bool, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[Any, ...]] = []
    flags = command_line.flags
    monkeypatch.setattr(deployment, "use_deployment", lambda stage: asked.append((stage, flags.yes, flags.json)))
    monkeypatch.setenv("STAGE", "staging")
    options = ("--stage", "prod", "--yes", "--json")
    with suppress(Exception):
        command.run((*options, "log") if front else ("log", *options))
    assert asked == [("prod", True, True)]
    capsys.readouterr()


@pytest.mark.parametrize(
    ("argv", "meant"),
    [
        (("statu",), "是不是 status / did you mean status?"),
        (("plan", "activat"), "是不是 activate"),
        (("activate",), "是不是 plan activate"),
        (("payouts", "log"), "是不是 contest log / did you mean contest log?"),
        (("xyzzy",), "没有命令 xyzzy / no command xyzzy"),
        (("log", "--jso"), "--json"),
    ],
)
def test_what_was_meant_is_guessed(argv: tuple[str, ...], meant: str, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(*argv, capsys=capsys)
    assert (status, out) == (2, "")
    assert meant in err


# Answers for programs


def test_an_answer_in_json_is_one_document_with_the_text_and_what_it_says(laid: Office) -> None:
    for argv in (("status", "--json"), ("--json", "status")):
        document = json.loads(laid.done(*argv))
        assert (document["status"], document["plan_state"], document["free_packets"]) == (0, "active", 3)
        assert document["text"][0].startswith("部署")
    claim = laid.paid("alice")
    for words in ("payouts", "payouts list"):
        (found,) = json.loads(laid.done(*words.split(), "--json"))["claims"]
        assert (found["claim"], found["state"]) == (claim.claim_id, "sent")
    assert "alice" not in laid.done("payouts", "--json")


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("payouts retry nothing --yes --json", 1),
        ("--json payouts retry nothing --yes", 1),
        ("pause --json", 3),
        ("nonsense --json", 2),
        ("hold --json", 2),
        ("pause --dry-run --json", 0),
    ],
)
def test_a_refusal_in_json_is_a_document_too(laid: Office, words: str, status: int) -> None:
    told = laid(*words.split())
    document = json.loads(told.out)
    assert (told.status, document["status"]) == (status, status)
    assert document["error"] in told.err


# Checked first, asked last


def test_a_dry_run_changes_nothing(office: Office) -> None:
    office.stage.follow("openid-1")
    office.done("plan", "lay")
    for argv in (*CHANGING, *MORE_CHANGES):
        with watched_aws() as aws:
            told = office(*argv, "--dry-run", "--yes")
        assert told.status == 0, told
        assert "没有改动" in told.err
        assert [operation for _, operation, _ in aws.calls if not operation.startswith(READS)] == [], argv
    assert (office.wechat.asked, office.functions.invoked, office.pay.sent) == ([], [], [])


@pytest.mark.parametrize(
    ("typed", "status"), [("9", 0), ("9.00", 0), ("9.00元", 0), ("y", 3), ("8.99", 3), ("", 3), ("900", 3)]
)
def test_the_sum_of_a_plan_is_typed(
    office: Office, terminal: None, monkeypatch: pytest.MonkeyPatch, typed: str, status: int
) -> None:
    office.done("plan", "lay")
    monkeypatch.setattr("builtins.input", lambda _: typed)
    told = office("plan", "activate")
    assert told.status == status
    assert "laying：3 个红包，共 9.00 元" in told.err
    assert bool(office.services.ports.control.read_switches().plan_id) is (status == 0)


def test_what_cannot_be_done_is_refused_before_anybody_is_asked(laid: Office) -> None:
    for argv in DECISIONS:
        told = laid(*argv)
        assert told.status == 1
        assert "--yes" not in told.err


def test_without_a_stack_a_line_in_two_languages_says_so(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("STAGE", raising=False)
    monkeypatch.setattr(deployment, "use_running_stack", lambda: False)
    for argv in (("status",), ("pause", "--yes"), ("doctor",), ("warm",), ("plan", "lay", "--dry-run")):
        status, out, err = run(*argv, capsys=capsys)
        (line,) = err.splitlines()
        assert (status, out) == (1, "")
        assert "make run" in line
        assert "No deployment" in line


def test_without_credentials_too(office: Office) -> None:
    def nobody(call: object, operation: str) -> None:
        raise NoCredentialsError

    with watched_aws() as aws:
        aws.faults["sts"] = nobody
        told = office("pause", "--yes")
    (line,) = told.err.splitlines()
    assert told.status == 4
    assert "没有可用的云账号凭证" in line
    assert "No valid AWS credentials" in line
    assert not office.services.ports.control.read_switches().paused


def test_a_silent_sts_stops_nobody(office: Office) -> None:
    with watched_aws() as aws:
        aws.faults["sts"] = unreachable
        told = office("pause", "--yes")
    assert told.status == 0
    assert "STS 没有应答" in told.err


# Terminals


def test_progress_is_for_a_terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    for is_terminal in (False, True):
        monkeypatch.setattr(sys.stderr, "isatty", lambda answer=is_terminal: answer)
        monkeypatch.setenv("TERM", "xterm")
        with terminal.progress("红包") as shown:
            shown(2, 3)
        captured = capsys.readouterr()
        assert captured.out == ""
        assert ("2/3" in captured.err) is is_terminal


def test_a_table_aligns_chinese_in_a_terminal_and_is_tabs_in_a_pipe(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [("岔河镇", 12), ("a", 3)]
    terminal.print_table(rows)
    assert capsys.readouterr().out == "岔河镇\t12\na\t3\n"
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    terminal.print_table(rows, right=(1,))
    assert capsys.readouterr().out == "岔河镇  12\na        3\n"


@pytest.mark.parametrize("colour", [True, False])
def test_in_a_terminal_of_another_encoding(colour: bool) -> None:
    """In a real terminal with a Latin-1 locale the help is still UTF-8, and without colour if NO_COLOR is set."""
    ours, theirs = pty.openpty()
    env = {"PATH": os.environ["PATH"], "TERM": "xterm", "PYTHONIOENCODING": "latin-1", "COLUMNS": "100"}
    argv = [sys.executable, "-m", "infra.operator", "menu", "--help"]
    with subprocess.Popen(
        argv, cwd=ROOT, env=env if colour else {**env, "NO_COLOR": "1"}, stdin=theirs, stdout=theirs, stderr=theirs
    ) as ran:
        os.close(theirs)
        said = b""
        with suppress(OSError):  # the terminal ends with the process
            while part := os.read(ours, 65536):
                said += part
    os.close(ours)
    assert ran.returncode == 0
    assert "发布竞赛菜单" in said.decode()
    assert (b"\x1b[3" in said or b"\x1b[1;3" in said) is colour


def test_an_interruption_while_it_starts_is_quiet(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Interrupted:
        def __getattr__(self, name: str) -> object:
            raise KeyboardInterrupt

    monkeypatch.setitem(sys.modules, "infra.operator.command", Interrupted())
    assert process.run() == 1
    captured = capsys.readouterr()
    assert (captured.out, captured.err.strip()) == ("", "")

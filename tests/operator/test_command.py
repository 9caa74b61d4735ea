"""Switches, holds, status; confirmations and exit statuses; and which deployment is meant."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from moto import mock_aws

from chalicelib import wiring
from chalicelib.domain.claim import PayoutStatus
from chalicelib.domain.operator_log import LogEntry
from infra.operator.command import main
from infra.operator.deployment import use_running_stack, use_stage
from infra.operator.operator_errors import OperatorError
from infra.project import ROOT, Project, ProjectError
from tests.http.aws_faults import refused, unreachable, watched_aws
from tests.http.stage import draw
from tests.operator.conftest import CHINESE, Office
from tests.support.engines import REGION
from tests.support.examples import act

CHANGING = [
    ("pause",),
    ("resume",),
    ("hold", "openid-1", "--reason", "r"),
    ("release", "openid-1", "--reason", "r"),
    ("move", "openid-1", "区法院", "--reason", "r"),
    ("bank", "withdraw", "t01", "--reason", "r"),
    ("plan", "lay"),
    ("plan", "activate"),
    ("plan", "discard"),
    ("payouts", "stop"),
    ("payouts", "start"),
    ("payouts", "resume"),
    ("pay-smoke", "openid-1"),
    ("menu", "publish"),
    ("menu", "restore"),
    ("print-codes", "folder"),
    ("up",),
    ("down", "--delete-data", "contest-prod", "--really", "contest-prod"),
]
READS = ("Get", "Query", "Scan", "BatchGet", "List", "Describe")
DECISIONS = [
    ("payouts", "retry", "C1"),
    ("payouts", "renew", "C1"),
    ("payouts", "settle", "C1", "--as", "failed", "--note", "n"),
]
DEPLOYMENT = ("STAGE", "RESOURCE_PREFIX", "PUBLIC_BASE_URL", "SECRETS_PATH")


# Status and switches


def test_status_tells_the_state_at_a_glance(office: Office) -> None:
    assert "红包方案  无" in office.done("status")
    office.done("plan", "lay")
    assert "laying" in office.done("status")
    office.done("plan", "activate")
    office.paid("alice")
    office.done("run", "sweep")
    office.done("pause")
    office.done("payouts", "stop")
    said = office.done("status")
    for words in ("hongze-2020", "进行中，已暂停", "active，3 个，9.00 元", "剩余红包  2 个", "发放      已停止"):
        assert words in said
    office.done("resume")
    office.done("payouts", "start")
    said = office.done("status")
    assert "已暂停" not in said
    assert "发放      正常" in said
    office.after_closing()
    assert "已结束" in office.done("status")
    office.before_opening()
    assert "宣传阶段" in office.done("status")


def test_the_state_says_of_which_deployment_it_is(office: Office) -> None:
    assert office.done("status").splitlines()[0] == f"部署      {office.services.settings.prefix}"


@pytest.mark.parametrize(
    "argv",
    [("pause",), ("hold", "alice", "--reason", "r"), ("plan", "lay"), ("import-followers",), ("payouts", "reconcile")],
)
def test_what_changes_something_first_says_where(office: Office, argv: tuple[str, ...]) -> None:
    office.stage.follow("alice")
    office.before_opening()
    told = office(*argv, "--yes")
    assert told.status == 0
    assert told.err.splitlines()[0] == f"部署：{office.services.settings.prefix}（账号 123456789012，区域 {REGION}）"
    assert "部署" not in told.out


def test_what_changes_nothing_says_nothing_on_stderr(office: Office) -> None:
    for argv in (("status",), ("payouts", "list"), ("log",), ("units",)):
        assert office(*argv).err == ""


def test_a_pause_is_in_force_and_ends(laid: Office) -> None:
    browser = laid.stage.person("alice")
    assert "5秒内" in laid.done("pause")
    laid.stage.wait(seconds=5)
    assert browser.post("/api/attempts").outcome == (503, "contest_paused")
    laid.done("resume")
    laid.stage.wait(seconds=5)
    draw(browser)


# Confirmations


def test_without_a_terminal_nothing_happens_unasked(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    office.stage.follow("openid-1")
    office.done("plan", "lay")
    for argv in CHANGING:
        with watched_aws() as aws:
            told = office(*argv)
        assert told.status == 3
        prefix = "contest-prod" if argv[0] in {"up", "down"} else office.services.settings.prefix
        *_, question, declined = told.err.splitlines()
        assert question.startswith(f"部署 {prefix}：")
        assert "--yes" in question
        assert declined == "未执行。/ Not done."
        assert [operation for _, operation, _ in aws.calls if not operation.startswith(READS)] == []
    assert office.wechat.asked == []
    assert list(tmp_path.iterdir()) == []


def test_at_a_terminal_one_is_asked(office: Office, terminal: None, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    answers = {"y": True, "YES ": True, "是": True, "": False, "n": False, "yes please": False}

    said = iter(answers)

    def ask(question: str) -> str:
        asked.append(question)
        return next(said)

    monkeypatch.setattr("builtins.input", ask)
    for answer, does in answers.items():  # noqa: B007 - `ask` says it
        office.services.ports.control.set_paused(False, act())
        office.stage.wait(seconds=1)
        assert office("pause").status == (0 if does else 3)
        assert office.services.ports.control.read_switches().paused is does
    assert asked == [f"部署 {office.services.settings.prefix}：暂停竞赛？ [y/N] "] * len(answers)


def test_the_end_of_the_input_is_a_no(office: Office, terminal: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def ends(question: str) -> str:
        raise EOFError

    monkeypatch.setattr("builtins.input", ends)
    assert office("pause").status == 3
    assert not office.services.ports.control.read_switches().paused


@pytest.mark.parametrize("argv", [("--yes", "pause"), ("pause", "--yes")])
def test_yes_may_stand_before_or_behind(office: Office, argv: tuple[str, ...]) -> None:
    assert office(*argv).status == 0
    assert office.services.ports.control.read_switches().paused


# Exit statuses


def test_wrong_arguments_end_with_2(office: Office) -> None:
    for argv in ((), ("dance",), ("hold",), ("plan",), ("payouts", "list", "--state", "x"), ("--no",)):
        told = office(*argv)
        assert told.status == 2
        assert "参数有误" in told.err


def test_help_speaks_chinese(office: Office) -> None:
    for argv in ((), ("plan",), ("payouts", "settle"), ("print-codes",)):
        told = office(*argv, "--help")
        assert told.status == 0
        assert CHINESE.search(told.out)


def test_a_silent_store_is_told(office: Office) -> None:
    with watched_aws() as aws:
        aws.faults["dynamodb"] = unreachable
        assert "重复执行是安全的" in office.failed("pause")
        aws.faults["dynamodb"] = refused("ResourceNotFoundException")
        assert "数据库拒绝了请求" in office.failed("pause")
        aws.faults["dynamodb"] = refused("AccessDeniedException")
        assert "权限" in office.failed("status", status=4)


def test_an_interruption_is_told(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(paused: bool, entry: LogEntry) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(office.services.ports.control, "set_paused", interrupted)
    assert "已中断" in office.failed("pause")


def test_wrong_settings_are_named(environment: None, capsys: pytest.CaptureFixture[str]) -> None:
    wiring.install(None)
    with mock_aws():
        assert main(["status"]) == 1
    said = capsys.readouterr().err
    assert "配置有误" in said
    assert "WECHAT_APP_ID is missing" in said


def test_whoever_may_not_read_what_paying_takes_is_told_so(laid: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """What asks WeChat Pay reads it, and what compares a claim's payer with ours."""
    ended = laid.change(laid.paid("o1"), status=PayoutStatus.FAILED, due_at=None).claim_id
    parked = laid.change(laid.paid("o2"), status=PayoutStatus.PARKED, reason="inspect").claim_id
    monkeypatch.setenv("SECRETS_PATH", "/contest/prod/")
    monkeypatch.setenv("STAGE", "prod")
    del laid.stage.ports.red_packets
    settle = ("payouts", "settle", parked, "--as", "failed", "--note", "n")
    with watched_aws() as aws:
        aws.faults["ssm"] = refused("AccessDeniedException")
        retry = ("payouts", "retry", parked)
        for argv in (("payouts", "renew", ended), settle, retry, ("payouts", "reconcile")):
            assert "没有权限执行 GetParameters" in laid.failed(*argv, status=4)
        laid.done("payouts", "resume")  # nothing is parked that it would take up
    assert "已暂停" in laid.done("pause"), "the rest needs no such right"


# Which deployment


@pytest.fixture
def stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in DEPLOYMENT:
        monkeypatch.setenv(name, "-")  # so that what is set on the way is gone afterwards
        monkeypatch.delenv(name)
    return tmp_path / "stack.json"


def test_the_running_stack_is_taken(stack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not use_running_stack(stack)
    stack.write_text(json.dumps({"STAGE": "local", "RESOURCE_PREFIX": "of-the-stack", "PUBLIC_BASE_URL": "http://x"}))
    monkeypatch.setenv("PUBLIC_BASE_URL", "http://mine")
    assert use_running_stack(stack)
    assert os.environ["RESOURCE_PREFIX"] == "of-the-stack"
    assert os.environ["PUBLIC_BASE_URL"] == "http://mine"


def test_with_a_stage_of_ones_own_it_is_not(stack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stack.write_text(json.dumps({"RESOURCE_PREFIX": "of-the-stack"}))
    monkeypatch.setenv("STAGE", "staging")
    assert not use_running_stack(stack)
    assert "RESOURCE_PREFIX" not in os.environ


@pytest.mark.parametrize("content", ["", "{", "[]", "null", '{"STAGE": 5}', "\udcff"])
def test_an_unreadable_stack_file_is_told(stack: Path, content: str) -> None:
    stack.write_text(content, encoding="utf-8", errors="surrogateescape")
    with pytest.raises(OperatorError, match=r"stack\.json"):
        use_running_stack(stack)


def test_a_stage_by_name_is_what_chalice_gives_its_functions(stack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUBLIC_BASE_URL", "https://staging.contest.example/")  # the slash makes it no other
    use_stage("staging")
    assert os.environ["STAGE"] == "staging"
    assert os.environ["RESOURCE_PREFIX"] == "contest-staging"
    assert os.environ["SECRETS_PATH"] == "/contest/staging/"


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("STAGE", "staging"),
        ("RESOURCE_PREFIX", "contest-staging"),
        ("SECRETS_PATH", "/contest/staging/"),
        ("PUBLIC_BASE_URL", "https://staging.contest.example"),
    ],
)
@pytest.mark.parametrize("command", [["status"], ["doctor"], ["warm"], ["hold", "openid-1", "--yes", "--reason", "r"]])
def test_a_stage_by_name_is_not_mixed_with_another_deployment(
    stack: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    other: str,
    command: list[str],
) -> None:
    monkeypatch.setenv(name, other)
    assert main(["--stage", "prod", *command]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert f"{name} 是 {other}，与环境 prod 的" in line
    assert f"请先 unset {name}" in line
    assert {key: os.environ.get(key) for key in DEPLOYMENT} == {**dict.fromkeys(DEPLOYMENT), name: other}


def test_where_the_file_is_silent_the_names_that_up_gives_hold(
    stack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / ".chalice" / "config.json"
    config.parent.mkdir()
    config.write_text('{"app_name": "quiz", "stages": {"prod": {}}}', encoding="utf-8")
    monkeypatch.setenv("RESOURCE_PREFIX", "quiz-staging")
    with pytest.raises(OperatorError, match="quiz-prod"):
        use_stage("prod", Project(tmp_path))
    monkeypatch.setenv("RESOURCE_PREFIX", "quiz-prod")
    use_stage("prod", Project(tmp_path))


def test_a_stage_that_is_not_there_or_not_the_one_meant(stack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ProjectError, match="nowhere"):
        use_stage("nowhere")
    monkeypatch.setenv("STAGE", "prod")
    with pytest.raises(OperatorError, match="prod"):
        use_stage("staging")
    assert main(["--stage", "staging", "status"]) == 1
    assert "RESOURCE_PREFIX" not in os.environ


@pytest.mark.parametrize(("lines", "status"), [(1, 0), (20_000, 1)], ids=["at its end", "in its course"])
def test_a_reader_who_has_enough_ends_it_quietly(lines: int, status: int) -> None:
    """`| head`: the pipe is closed before the command writes, or while it does."""
    code = (
        "import runpy, sys\n"
        "from infra.operator import command\n"
        f"command.run = lambda argv: [print('一') for _ in range({lines})] and 0\n"
        "sys.argv, _ = ['contest', 'status'], sys.stdin.readline()\n"
        "runpy.run_module('infra.operator', run_name='__main__')\n"
    )
    pipe, bare = subprocess.PIPE, {"PATH": os.environ["PATH"], "PYTHONIOENCODING": "utf-8"}
    argv = [sys.executable, "-c", code]
    with subprocess.Popen(argv, cwd=ROOT, env=bare, stdin=pipe, stdout=pipe, stderr=pipe) as ran:
        assert ran.stdout
        ran.stdout.close()
        _, said = ran.communicate(b"\n", timeout=30)
    assert said == b""
    assert ran.returncode == status


@pytest.mark.parametrize(("words", "status"), [("bank check --yes", 0), ("status 2>&1", 1), ("--no 2>&1", 2)])
def test_what_nobody_reads_ends_with_the_usual_status(words: str, status: int) -> None:
    bare = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "STAGE": "prod"}
    argv = ["bash", "-o", "pipefail", "-c", f"{sys.executable} -m infra.operator {words} | true"]
    ran = subprocess.run(argv, env=bare, cwd=ROOT, capture_output=True, timeout=30)
    assert (ran.returncode, ran.stderr) == (status, b"")


def test_the_command_itself_starts() -> None:
    """As a program of its own: `./contest`, with nothing configured."""
    bare = {"PATH": os.environ["PATH"], "STAGE": "prod", "PYTHONPATH": str(ROOT)}
    ran = subprocess.run([sys.executable, "-m", "infra.operator", "status"], env=bare, capture_output=True, text=True)
    assert (ran.returncode, ran.stdout) == (1, "")
    (line,) = ran.stderr.splitlines()
    assert "没有指定区域" in line
    assert "No AWS region" in line


# Which region


@pytest.mark.parametrize(
    ("given", "chosen"),
    [
        ({"AWS_REGION": "cn-north-1"}, "cn-north-1"),
        ({"AWS_DEFAULT_REGION": "cn-north-1"}, "cn-north-1"),
        ({"AWS_REGION": "cn-north-1", "AWS_DEFAULT_REGION": "us-east-1"}, "cn-north-1"),
        ({"AWS_PROFILE": "contest"}, "cn-northwest-1"),
    ],
)
def test_tables_and_boto3_use_one_region(
    stack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: dict[str, str], chosen: str
) -> None:
    """Tables once used us-east-1 where only the operator's profile named the region."""
    file = tmp_path / "aws"
    file.write_text("[profile contest]\nregion = cn-northwest-1\n", encoding="utf-8")
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.setenv(name, "-")
        monkeypatch.delenv(name)
    for name, value in {"AWS_CONFIG_FILE": str(file), **given}.items():
        monkeypatch.setenv(name, value)
    use_stage("staging")
    assert (os.environ["AWS_REGION"], os.environ["AWS_DEFAULT_REGION"]) == (chosen, chosen)


@pytest.mark.parametrize("command", [["status"], ["pause", "--yes"], ["doctor"], ["up", "--dry-run"]])
def test_a_profile_that_is_not_there_is_told_in_one_line(
    stack: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobodys")
    assert main(["--stage", "staging", *command]) == 4
    (line,) = capsys.readouterr().err.splitlines()
    assert "AWS_PROFILE" in line

"""Checks run in sequence; none is stopped by another's fault, and no error's text is shown."""

import threading
from collections.abc import Callable, Iterator

import pytest
import requests
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError
from pynamodb.exceptions import PynamoDBException

from chalicelib.domain.errors import ConfigError, SettingsError, TryAgain, WeChatRefused
from infra.operator.comparison import Fault, listed
from infra.operator.doctor.check_runner import Check, finding_for_error, findings, report
from infra.operator.doctor.findings import About, Finding, Level
from infra.operator.doctor.target import Target, in_background

ABOUT = About("甲")
CLOUD, LOCAL = Target({"STAGE": "prod"}), Target({"STAGE": "local"})
Run = Callable[[Target], Iterator[Finding]]


def well(target: Target) -> Iterator[Finding]:
    yield ABOUT.ok("好")


def breaks(target: Target) -> Iterator[Finding]:
    yield ABOUT.ok("先说一句")
    raise ValueError("the secret of oOpenid")


def told(*runs: Run, target: Target = CLOUD, why_not_here: str = "", seconds: float = 5) -> list[str]:
    return [str(one) for one in findings([Check("甲", run, why_not_here, seconds) for run in runs], target)]


def test_one_that_breaks_is_a_line_of_its_own_and_stops_no_other() -> None:
    first, second, third = told(breaks, well)
    assert (first, third) == ("✓ 甲：先说一句", "✓ 甲：好")
    assert second.startswith("✗ 甲：检查没有完成（ValueError at test_check_runner.py")
    assert "secret" not in second


def test_one_that_hangs_is_left_behind() -> None:
    released = threading.Event()

    def hangs(target: Target) -> Iterator[Finding]:
        released.wait(30)
        yield ABOUT.ok("太晚")

    try:
        assert told(hangs, seconds=0.05) == ["✗ 甲：0 秒内没有结果。请检查网络后再试"]
    finally:
        released.set()


def test_what_the_local_stage_lacks_is_not_even_tried() -> None:
    assert told(breaks, target=LOCAL, why_not_here="由本机进程代替") == ["– 甲：本机没有，由本机进程代替"]
    assert told(well, why_not_here="由本机进程代替") == ["✓ 甲：好"]


def refused(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "arn:secret"}}, "DescribeTable")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (SettingsError(["X is missing"]), "– 甲：要先补齐设置与密钥"),
        (ConfigError(["x"]), "– 甲：要先改正竞赛配置文件"),
        (WeChatRefused(48001), "✗ 甲：微信拒绝了请求：错误码 48001，公众号没有这个接口的权限。"),
        (TryAgain(), "✗ 甲：数据库或微信没有应答"),
        (TimeoutError(), "✗ 甲：没有及时应答"),
        (requests.exceptions.SSLError("x"), "✗ 甲：TLS 握手失败"),
        (requests.ConnectionError("http://secret"), "✗ 甲：没有应答（ConnectionError）"),
        (ConnectionRefusedError("secret"), "✗ 甲：连接不上（ConnectionRefusedError）"),
        (refused("AccessDeniedException"), "– 甲：当前凭证没有权限执行 DescribeTable"),
        (refused("Throttling"), "✗ 甲：AWS 拒绝了 DescribeTable（Throttling）"),
        (NoCredentialsError(), "✗ 甲：没有可用的云账号凭证"),
        (EndpointConnectionError(endpoint_url="https://secret"), "✗ 甲：AWS 没有应答（EndpointConnectionError）"),
        (PynamoDBException("secret"), "✗ 甲：数据库拒绝了请求（PynamoDBException）"),
        (KeyError("secret"), "✗ 甲：检查没有完成（KeyError at ?）"),
    ],
)
def test_an_error_is_told_in_words_of_ours(error: Exception, words: str) -> None:
    line = str(finding_for_error("甲", error))
    assert line.startswith(words)
    assert "secret" not in line


@pytest.mark.parametrize(
    ("levels", "status"),
    [([], 0), ([Level.OK, Level.UNKNOWN], 0), ([Level.WARNING], 0), ([Level.OK, Level.WRONG, Level.OK], 1)],
)
def test_only_what_is_wrong_makes_the_status(
    levels: list[Level], status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert report(Finding(level, "甲", "乙") for level in levels) == status
    lines = capsys.readouterr().out.splitlines()
    summary = lines[len(levels)]
    assert lines[: len(levels)] == [f"{level.value} 甲：乙" for level in levels]
    assert summary == "、".join(f"{level.value} {levels.count(level)}" for level in Level)


def test_alike_faults_are_one_line() -> None:
    faults = [Fault("a", "坏了", "修"), Fault("b", "坏了", "修"), Fault("b", "也坏了", "修")]
    assert [str(one) for one in ABOUT.of_all(faults, "好")] == ["✗ 甲：a、b 坏了。修", "✗ 甲：b 也坏了。修"]
    assert list(ABOUT.of_all([], "好")) == [ABOUT.ok("好")]
    assert listed("abc", most=3) == "a、b、c"
    assert listed("abcd", most=3) == "a、b、c 等 4 个"


def test_what_the_background_raised_is_raised_to_each_who_waits() -> None:
    def fails() -> int:
        raise LookupError

    future = in_background(fails)
    for _ in range(2):
        with pytest.raises(LookupError):
            future.result(5)
    assert in_background(lambda: 7).result(5) == 7


@pytest.mark.parametrize(
    ("levels", "last"),
    [
        ([Level.OK, Level.UNKNOWN], "一切正常。"),
        ([Level.OK, Level.WARNING], "没有须处理的；1 处请留意（!）。"),
        ([Level.WRONG, Level.OK], "有 1 处须处理（再列在上面），处理后再查一次。"),
    ],
)
def test_the_report_ends_with_a_sentence(levels: list[Level], last: str, capsys: pytest.CaptureFixture[str]) -> None:
    report(Finding(level, level.name, "乙") for level in levels)
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == last
    assert lines.count("✗ WRONG：乙") == (2 if Level.WRONG in levels else 0), "what is wrong is repeated"

"""`./contest doctor` and `./contest warm` from their arguments to their exit status, on a whole deployment."""

import json
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from chalicelib import wiring
from infra.operator import command, deployment
from infra.operator.doctor import doctor_checks, gateway_checks, warming
from infra.operator.doctor.check_runner import Check
from tests.operator.doctor.conftest import PAY_SECRETS, SECRETS, Clinic, target_of
from tests.operator.doctor.moto_deployment import deploy_functions, make_api, make_bucket, put_alarms, put_rules
from tests.operator.doctor.test_deployment_checks import protected as protected
from tests.support.wechat import Call

Run = Callable[..., tuple[int, str]]
CHANGES = "Put Create Update Delete Send Set Transact Publish Add Remove Disable Enable".split()


@dataclass
class Terminal:
    capsys: pytest.CaptureFixture[str]

    def __call__(self, *argv: str) -> tuple[int, str, str]:
        """Exit status and both outputs."""
        self.capsys.readouterr()
        status = command.main(argv)
        captured = self.capsys.readouterr()
        return status, captured.out, captured.err


@pytest.fixture
def terminal(capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(capsys)


@pytest.fixture
def whole(protected: Clinic, monkeypatch: pytest.MonkeyPatch) -> Clinic:
    """Everything is deployed and the contest is open. TLS, which has its own tests, always passes."""
    clinic = protected
    for deploy in (deploy_functions, put_rules, make_api, put_alarms, make_bucket):
        deploy(clinic)
    clinic.laid()
    clinic.before_opening(hours=1)
    clinic.wechat.add_followers(1)
    clinic.services.follower_import.import_followers(lambda done: None, "wang")
    clinic.stage.wait(hours=2)
    clinic.while_open()
    limit = {"ConcurrentExecutions": 1000, "UnreservedConcurrentExecutions": 980}
    clinic.says("lambda", "GetAccountSettings", {"AccountLimit": limit})
    clinic.says("sns", "GetTopicAttributes", {"Attributes": {"SubscriptionsConfirmed": "1"}})
    monkeypatch.setattr(gateway_checks, "certificate_expiry", lambda *_: clinic.stage.now.replace(year=2030))
    monkeypatch.setattr(warming, "COLD_SECONDS", 60)
    return clinic


def test_a_whole_deployment_is_well_and_stays_as_it_is(whole: Clinic, terminal: Terminal) -> None:
    whole.aws.calls.clear()
    asked_before = len(whole.wechat.asked)
    status, out, err = terminal("doctor")
    assert (status, err) == (0, "")
    assert "✗" not in out.rpartition("✓")[0]
    warnings = [line for line in out.splitlines() if line.startswith("!")]
    assert [line.partition("：")[0] for line in warnings] == ["! 出口地址"]
    for check in doctor_checks.CHECKS:
        assert any(line[2:].startswith(f"{check.subject}：") for line in out.splitlines()), check.subject
    assert not [call for call in whole.aws.calls if call[1].startswith(tuple(CHANGES))]
    assert set(whole.wechat.asked[asked_before:]) <= {Call.TOKEN, Call.CURRENT_MENU, Call.TICKET, Call.AUTHORIZATION}
    for secret in (*SECRETS.values(), PAY_SECRETS["WECHAT_PAY_KEY"]):
        assert secret not in out


def test_before_anything_is_deployed_each_fault_is_a_line(clinic: Clinic, terminal: Terminal) -> None:
    status, out, err = terminal("doctor")
    assert (status, err) == (1, "")
    for words in ("✗ 函数：", "✗ 定时规则：", "✗ 告警：", "✗ 红包方案：还没有生成", "✗ TLS 证书：", "✓ 消息回调："):
        assert words in out
    assert "Traceback" not in out
    findings = json.loads(terminal("doctor", "--json")[1])["findings"]
    assert {"level": "wrong", "subject": "红包方案"}.items() <= next(
        one for one in findings if one["subject"] == "红包方案"
    ).items()


def test_without_secrets_the_rest_is_still_told(
    clinic: Clinic, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    deploy_functions(clinic)
    wiring.install(None)
    monkeypatch.delenv("SECRETS_PATH")
    status, out, _ = terminal("doctor")
    assert status == 1
    assert "✗ 设置与密钥：WECHAT_TOKEN is missing" in out
    assert "✓ 公网地址：" not in out, "the application has none either"
    assert "– 红包方案：要先补齐设置与密钥" in out
    assert "✓ 函数：9 个" in out


def test_no_deployment_is_meant(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STAGE", raising=False)
    monkeypatch.setattr(deployment, "use_running_stack", lambda: False)
    status, out, err = terminal("doctor")
    assert (status, out) == (1, "")
    assert "没有指明部署环境" in err


def test_warming_a_whole_deployment_twice(whole: Clinic, terminal: Terminal) -> None:
    for _ in range(2):
        status, out, err = terminal("warm", "--instances", "3", "--rounds", "2")
        assert (status, err) == (0, f"部署：{whole.target.prefix}\n"), out
        for words in (
            "✓ 并发配额：未预留的并发 980，够 3 个实例",
            "3 个同时的请求都没有遇到冷启动",
            "✓ 共用的凭证：access_token：有效至",
            "✓ 共用的凭证：jsapi_ticket：有效至",
            "✓ 竞赛菜单：符合微信的限制，可以发布",
            "✓ 竞赛菜单：现在的菜单可以保存，结束后能完整恢复",
            "✓ 红包方案：",
            "✓ 奖池：剩余 3 个",
            "✓ 题库：",
        ):
            assert words in out
    store = whole.services.ports.credentials
    assert store.read_credential("access_token")
    assert store.read_credential("jsapi_ticket")
    assert len(whole.functions.invoked) == 2, "for the menu"
    assert whole.wechat.asked.count(Call.TICKET) - 2 == 1


def test_warming_what_is_not_ready_fails(clinic: Clinic, terminal: Terminal) -> None:
    clinic.wechat.will_fail(Call.TOKEN, 40164, 40164, 40164)
    status, out, _ = terminal("warm", "--instances", "1", "--rounds", "1")
    assert status == 1
    assert "✗ 共用的凭证：微信拒绝了请求：错误码 40164" in out
    assert "✗ 红包方案：还没有生成" in out


def test_a_dry_run_asks_nobody(clinic: Clinic, terminal: Terminal) -> None:
    status, out, err = terminal("warm", "--dry-run")
    assert (status, out) == (0, "")
    assert "没有改动" in err
    assert (clinic.web.asked, clinic.wechat.asked) == ([], [])


@pytest.mark.parametrize("argv", [("--instances", "0"), ("--instances", "501"), ("--rounds", "21"), ("--rounds", "x")])
def test_how_many_is_bounded(terminal: Terminal, argv: tuple[str, ...]) -> None:
    status, _, err = terminal("warm", *argv)
    assert status == 2
    assert "参数有误" in err


def test_a_menu_that_cannot_come_back_whole_is_not_called_so(clinic: Clinic) -> None:
    check = Check("竞赛菜单", warming.publishable)
    assert clinic.text(check) == "✓ 竞赛菜单：符合微信的限制，可以发布", "there is none"
    button = {"type": "text", "name": "关于我们", "value": "您好"}
    shown = {"is_menu_open": 1, "selfmenu_info": {"button": [button]}}
    clinic.wechat.will_answer(Call.CURRENT_MENU, shown)
    clinic.target = target_of()
    assert clinic.text(check) == "✓ 竞赛菜单：符合微信的限制，可以发布"

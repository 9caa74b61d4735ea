"""`up` creates a deployment from any present state, and never removes anything from it."""

from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from infra import policies
from infra.operator.cloud import aws_clients, stack_commands, up
from infra.operator.cloud.stacks import Stacks
from infra.operator.cloud.stored_secrets import expected_names
from infra.operator.command import main
from infra.operator.operator_errors import OperatorError
from infra.project import TEMPLATES
from tests.http.aws_faults import refused, unreachable, watched_aws
from tests.operator.cloud.cloudformation import FakeCloudFormation, Known
from tests.operator.cloud.conftest import PREFIX, URL, Cloud

NEEDED = {name for names in expected_names("/contest/prod/").values() for name in names}
TOPIC = "arn:aws-cn:sns:cn-north-1:123456789012:wake"
DATA, EGRESS, ALARMS = (f"{PREFIX}-{part}" for part in ("data", "egress", "alarms"))


def test_from_an_empty_account_to_tables_settings_and_what_is_next(
    cloud: Cloud, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cloud.up("--url", f"{URL}/") == 0

    assert cloud.tables() == [
        f"{PREFIX}-{one}" for one in ("followers", "participants", "pool", "control", "books", "office")
    ]
    assert cloud.stage()["environment_variables"] == {
        "STAGE": "prod",
        "RESOURCE_PREFIX": PREFIX,
        "PUBLIC_BASE_URL": URL,
        "SECRETS_PATH": "/contest/prod/",
        "OFFICE_BUCKET": f"{PREFIX}-office-123456789012",
    }
    said = capsys.readouterr().out
    assert "123456789012，区域 cn-north-1" in said
    assert all(name in said for name in NEEDED)
    assert "make deploy STAGE=prod" in said


def test_a_second_run_changes_nothing(cloud: Cloud, capsys: pytest.CaptureFixture[str]) -> None:
    cloud.up("--url", URL)
    before = (cloud.project.chalice / "config.json").read_bytes()
    cloud.put_secrets("WECHAT_TOKEN", "SESSION_KEYS")
    capsys.readouterr()

    assert cloud.up() == 0

    assert (cloud.project.chalice / "config.json").read_bytes() == before
    said = capsys.readouterr().out
    assert said.count("没有变化") == 2
    assert "WECHAT_TOKEN" not in said
    assert "在 /contest/prod/ 之下（见 docs/deploy.md）：WECHAT_APP_ID、" in said
    assert "在 /contest/prod-pay/ 之下（见 docs/deploy.md）：WECHAT_MCH_ID、" in said
    cloud.put_secrets(*(NEEDED - {"WECHAT_TOKEN", "SESSION_KEYS"}))
    cloud.up()
    assert "密钥" not in capsys.readouterr().out


def test_each_run_is_in_the_log(cloud: Cloud) -> None:
    cloud.up("--url", URL, "--reason", "first")
    cloud.up("--by", "王")
    rows = cloud.client("dynamodb").scan(TableName=f"{PREFIX}-books")["Items"]
    found = {(row["who"]["S"], row["what"]["S"], row["new"]["S"], row.get("reason", {}).get("S")) for row in rows}
    assert found == {("moto", "up", URL, "first"), ("moto (王)", "up", URL, None)}


def test_what_pays_where_every_function_reads_is_to_be_moved(cloud: Cloud, capsys: pytest.CaptureFixture[str]) -> None:
    cloud.put_secrets()
    cloud.client("ssm").put_parameter(Name="/contest/prod/WECHAT_PAY_KEY", Value="v", Type="SecureString")
    cloud.up("--url", URL)
    said = capsys.readouterr().out
    assert "删除 /contest/prod/ 之下的支付密钥，那里所有函数都读得到：WECHAT_PAY_KEY\n" in said
    assert "还缺的密钥" not in said


def test_the_address_of_the_example_is_no_address(cloud: Cloud, capsys: pytest.CaptureFixture[str]) -> None:
    cloud.up()
    assert "用 --url 给出真实的网址" in capsys.readouterr().out


def test_all_that_was_asked_for_once_stays(cloud: Cloud, played: FakeCloudFormation) -> None:
    cloud.up("--url", URL, "--alarms", TOPIC, "--egress", "--warm-writes", "40000", "--warm-reads", "20000")
    parameters = {name: stack.parameters for name, stack in played.stacks.items()}
    assert parameters[DATA] == {"Prefix": PREFIX, "Origin": URL, "WarmWrites": "40000", "WarmReads": "20000"}
    assert parameters[ALARMS] == {**parameters[ALARMS], "AlarmTopic": TOPIC, "ReferralsAMinute": "1000000"}
    stage = cloud.stage()

    cloud.up()

    assert {name: stack.parameters for name, stack in played.stacks.items()} == parameters
    assert cloud.stage() == stage
    assert played.calls.count("create_stack") == 3
    assert {name: stack.status for name, stack in played.stacks.items()} == dict.fromkeys(parameters, "CREATE_COMPLETE")


def test_the_rates_that_ring_are_given_with_the_alarms_or_later(cloud: Cloud, played: FakeCloudFormation) -> None:
    def rates() -> tuple[str, str]:
        parameters = played.stacks[ALARMS].parameters
        return parameters["ClaimsAMinute"], parameters["ReferralsAMinute"]

    cloud.up("--alarms", TOPIC, "--most-claims", "600")
    assert rates() == ("600", "1000000")
    cloud.up("--most-referrals", "200")
    assert rates() == ("600", "200")
    assert played.stacks[ALARMS].parameters["AlarmTopic"] == TOPIC


def test_functions_behind_the_fixed_address_get_its_network_and_the_right_to_it(
    cloud: Cloud, played: FakeCloudFormation, capsys: pytest.CaptureFixture[str]
) -> None:
    cloud.up("--egress")
    assert (cloud.stage()["subnet_ids"], cloud.stage()["security_group_ids"]) == (["s-1", "s-2"], ["g"])
    policy = (cloud.project.chalice / policies.policy_file("prod", "pay")).read_text(encoding="utf-8")
    assert "ec2:CreateNetworkInterface" in policy
    assert "1.2.3.4" in capsys.readouterr().out


def test_a_network_of_ones_own_is_left_alone(cloud: Cloud, played: FakeCloudFormation) -> None:
    cloud.change_stage(subnet_ids=["mine"], security_group_ids=["mine-too"])
    cloud.up()
    assert cloud.stage()["subnet_ids"] == ["mine"]
    assert EGRESS not in played.stacks


def test_a_stack_that_was_only_planned_was_not_asked_for(cloud: Cloud, played: FakeCloudFormation) -> None:
    played.stacks[ALARMS] = Known("REVIEW_IN_PROGRESS")
    played.stacks[EGRESS] = Known("DELETE_IN_PROGRESS")
    assert cloud.up() == 0
    assert played.stacks[ALARMS].status == "REVIEW_IN_PROGRESS"


@pytest.mark.parametrize("lost", ["Pool", "Payouts", "AppLog"])
def test_what_would_replace_data_is_refused(cloud: Cloud, played: FakeCloudFormation, lost: str) -> None:
    cloud.up()
    played.replaces = {lost}
    with pytest.raises(OperatorError, match=rf"{lost}.*\n.*栈策略不允许"):
        cloud.up("--url", URL)
    assert cloud.stage()["environment_variables"]["PUBLIC_BASE_URL"] != URL


def test_what_would_remove_data_is_refused(cloud: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cloud.up()
    text = (TEMPLATES / "resources.yaml").read_text(encoding="utf-8")
    without, _, rest = text.partition("\n  Control:")
    (tmp_path / "resources.yaml").write_text(without + "\n  Books:" + rest.partition("\n  Books:")[2])
    monkeypatch.setattr(up, "TEMPLATES", tmp_path)
    with pytest.raises(OperatorError, match="会删除数据：Control。没有执行"):
        cloud.up()
    assert f"{PREFIX}-control" in cloud.tables()


def test_tables_without_their_stack_are_left_alone(cloud: Cloud) -> None:
    cloud.up()
    Stacks(cloud.client("cloudformation")).delete(DATA)
    there = cloud.tables()
    with pytest.raises(OperatorError, match=f"表已存在.*{PREFIX}-participants"):
        cloud.up()
    assert cloud.tables() == there
    cloud.client("cloudformation").create_change_set(
        StackName=DATA, ChangeSetName="planned", ChangeSetType="CREATE", TemplateBody='{"Resources": {}}'
    )
    with pytest.raises(OperatorError, match="表已存在"):
        cloud.up()


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["--warm-writes", "3999"], "至少为 4000"),
        (["--warm-writes", "0"], "至少为 4000"),
        (["--warm-reads", "100"], "至少为 12000"),
        (["--warm-reads", "13000"], "--warm-writes 一起"),
        (["--alarms", "wake"], "SNS"),
        (["--most-claims", "100"], "须与 --alarms 一起"),
        (["--url", "http://quiz.example"], "https"),
    ],
)
def test_wrong_options_are_refused_before_anything_is_done(
    cloud: Cloud, played: FakeCloudFormation, options: list[str], why: str
) -> None:
    with pytest.raises(OperatorError, match=why):
        cloud.up(*options)
    assert played.stacks == {}


def test_warmth_is_only_raised(cloud: Cloud, played: FakeCloudFormation) -> None:
    cloud.up("--warm-writes", "8000")
    with pytest.raises(OperatorError, match="只能提高：现在是 8000"):
        cloud.up("--warm-writes", "5000")
    cloud.up("--warm-writes", "9000", "--warm-reads", "13000")
    assert played.stacks[DATA].parameters["WarmReads"] == "13000"


@pytest.mark.parametrize("moment", ["create_stack", "describe_stacks"])
def test_one_killed_halfway_is_carried_on(cloud: Cloud, played: FakeCloudFormation, moment: str) -> None:
    def killed() -> None:
        raise KeyboardInterrupt

    played.interfere[moment] = killed
    with pytest.raises(KeyboardInterrupt):
        cloud.up("--url", URL, "--egress")
    assert cloud.up("--url", URL, "--egress") == 0
    assert {stack.status for stack in played.stacks.values()} == {"CREATE_COMPLETE"}
    assert cloud.stage()["environment_variables"]["PUBLIC_BASE_URL"] == URL


def test_nothing_is_written_for_a_stack_that_failed(cloud: Cloud, played: FakeCloudFormation) -> None:
    before = (cloud.project.chalice / "config.json").read_bytes()
    played.fails = {"Nat": "You have reached the limit"}
    with pytest.raises(OperatorError, match=r"Nat.*limit"):
        cloud.up("--url", URL, "--egress")
    assert (cloud.project.chalice / "config.json").read_bytes() == before
    played.fails = {}
    assert cloud.up("--url", URL, "--egress") == 0


def test_wrong_credentials_end_it_before_anything_is_done(cloud: Cloud) -> None:
    with watched_aws() as aws:
        aws.faults["sts"] = refused("InvalidClientTokenId")
        with pytest.raises(ClientError):
            cloud.up()
        assert {service for service, _, _ in aws.calls} == {"sts"}


# As a command


@pytest.fixture
def command(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Cloud:
    monkeypatch.setattr(aws_clients, "clients", cloud.client)
    monkeypatch.setattr(stack_commands, "CHECKOUT", cloud.project)
    return cloud


def test_the_command_asks_first(command: Cloud, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--stage", "prod", "up"]) == 3
    assert "--yes" in capsys.readouterr().err
    assert command.tables() == []
    assert main(["--stage", "prod", "up", "--yes"]) == 0
    assert len(command.tables()) == 6


@pytest.mark.parametrize(
    ("fault", "told", "status"),
    [
        (refused("ExpiredToken"), "凭证", 4),
        (refused("AccessDeniedException"), "没有权限执行", 4),
        (refused("ThrottlingException"), "ThrottlingException", 1),
        (unreachable, "网络", 1),
    ],
)
def test_what_aws_will_not_do_is_told_in_a_line(
    command: Cloud, capsys: pytest.CaptureFixture[str], fault: object, told: str, status: int
) -> None:
    with watched_aws() as aws:
        aws.faults["cloudformation"] = fault  # type: ignore[assignment]
        assert main(["--yes", "--stage", "prod", "up"]) == status
    err = capsys.readouterr().err
    assert told in err
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize("stage", ["local", "nowhere"])
def test_a_stage_that_is_not_in_the_cloud_is_refused(
    command: Cloud, capsys: pytest.CaptureFixture[str], stage: str
) -> None:
    assert main(["--yes", "--stage", stage, "up"]) == 1
    assert stage in capsys.readouterr().err
    assert command.tables() == []


def test_other_stages_and_the_functions_are_as_they_were(command: Cloud) -> None:
    before = command.project.config()
    assert main(["--yes", "--stage", "prod", "up", "--url", URL]) == 0
    after = command.project.config()
    variables = after["stages"]["prod"]["environment_variables"]
    variables["PUBLIC_BASE_URL"] = "https://contest.example"
    assert variables.pop("OFFICE_BUCKET") == f"{PREFIX}-office-123456789012"
    assert after == before

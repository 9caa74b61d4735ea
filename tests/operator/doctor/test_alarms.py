"""Alarms: all there, heard by somebody, and which of them ring."""

from infra.operator.doctor import alarms
from infra.operator.doctor.check_runner import Check
from tests.operator.doctor.cloud import put_alarm, put_alarms
from tests.operator.doctor.conftest import PREFIX, Clinic, is_well

CHECK = Check("告警", alarms.alarms)


def heard_by(clinic: Clinic, confirmed: int) -> None:
    """moto counts no confirmations."""
    clinic.says("sns", "GetTopicAttributes", {"Attributes": {"SubscriptionsConfirmed": str(confirmed)}})


def test_all_is_well(clinic: Clinic) -> None:
    put_alarms(clinic)
    heard_by(clinic, 1)
    found = clinic.tells(CHECK)
    assert is_well(found), found
    assert found[0].text == f"{len(alarms.names(PREFIX))} 个，都有通知，没有在响的"


def test_alarms_that_are_missing_deaf_or_ringing(clinic: Clinic) -> None:
    put_alarms(clinic)
    client = clinic.client("cloudwatch")
    client.delete_alarms(AlarmNames=[f"{PREFIX}-should-be-open"])
    put_alarm(clinic, f"{PREFIX}-callback-slow", [])
    client.set_alarm_state(AlarmName=f"{PREFIX}-tables-throttled", StateValue="ALARM", StateReason="x")
    heard_by(clinic, 0)
    assert clinic.text(CHECK).splitlines() == [
        "✗ 告警：缺少 contest-prod-should-be-open。执行 ./contest --stage 环境名 up --alarms 主题ARN",
        "✗ 告警：没有通知：contest-prod-callback-slow。执行 ./contest --stage 环境名 up --alarms 主题ARN",
        "! 告警：正在响：contest-prod-tables-throttled。告警说明里写有处理办法",
        "✗ 告警通知：wake-up 没有已确认的订阅，没有人会被叫醒。订阅该主题并确认",
    ]

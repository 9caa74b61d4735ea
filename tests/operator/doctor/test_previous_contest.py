"""Another contest on the same tables that still owes money is reported."""

from chalicelib.adapters.store.models import ParticipantRow, SwitchesRow
from infra.operator.doctor import money_checks
from infra.operator.doctor.check_runner import Check
from tests.http.stage import claim, pass_attempt
from tests.operator.doctor.conftest import Clinic
from tests.support.examples import with_id

CHECK = Check("其他竞赛的发放", money_checks.unpaid)


def claimed(clinic: Clinic) -> None:
    clinic.laid()
    browser = clinic.stage.person("alice")
    assert claim(browser, pass_attempt(clinic.stage, browser)).status == 201


def next_contest(clinic: Clinic, contest_id: str) -> None:
    clinic.target.contest = with_id(clinic.services.contest, contest_id)


def test_what_the_deployed_contest_owes_is_no_fault(clinic: Clinic) -> None:
    assert clinic.text(CHECK) == "✓ 其他竞赛的发放：没有未了结的"
    claimed(clinic)
    assert clinic.text(CHECK) == "✓ 其他竞赛的发放：没有未了结的"


def test_what_the_one_before_owes_is_wrong(clinic: Clinic) -> None:
    claimed(clinic)
    # Its id begins like the other's.
    next_contest(clinic, "hongze-2020-b")
    assert clinic.text(CHECK).startswith("✗ 其他竞赛的发放：hongze-2020 还有发放没有最终结果。现在无人发放")


def test_all_shards_of_the_one_before_are_looked_at(clinic: Clinic) -> None:
    claimed(clinic)
    (due,) = ParticipantRow.payouts_due.scan()
    due.update([ParticipantRow.due_shard.set("hongze-2020#27")])
    next_contest(clinic, "hongze-2021")
    assert clinic.text(CHECK) == "✓ 其他竞赛的发放：没有未了结的"
    SwitchesRow("hongze-2020").update([SwitchesRow.plan_shards.set(32)])
    assert clinic.text(CHECK).startswith("✗ 其他竞赛的发放：hongze-2020 还有发放没有最终结果")


def test_a_smoke_payment_of_the_one_before_counts(clinic: Clinic) -> None:
    clinic.laid()
    clinic.stage.person("alice")
    clinic.services.smoke_payments.start_smoke_payment("alice", None, "王", False)
    next_contest(clinic, "hongze-2021")
    assert clinic.text(CHECK).startswith("✗ 其他竞赛的发放：hongze-2020 还有发放没有最终结果")


def test_one_that_owes_nothing_is_well(clinic: Clinic) -> None:
    clinic.laid()
    next_contest(clinic, "hongze-2021")
    assert clinic.text(CHECK) == "✓ 其他竞赛的发放：没有未了结的"

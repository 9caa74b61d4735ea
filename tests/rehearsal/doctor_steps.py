"""Runs `./contest doctor`, `warm` and `pay-smoke` on the rehearsal's deployment.

The emulator lacks some resources that they check, so they end with an error. The findings must be exactly the
emulator's known gaps; all other subjects must be in order.
"""

import re
from collections.abc import Collection, Iterator, Sequence

from chalicelib.domain.smoke import LEAST_FEN
from infra.local.processes import LocalError
from infra.operator.doctor.doctor_checks import CHECKS
from infra.operator.doctor.findings import Level
from tests.rehearsal.checks import same
from tests.rehearsal.run_state import RunState

NO_RECOVERY = r"数据表：.* 的时间点恢复是 关，应为 开。"
NO_INDEX_STATE = r"数据表：.* 的索引 .* 的状态是 未报告，应为 ACTIVE。"
NO_ALARMS = r"告警：.* 等 \d+ 个 不存在。"
BARE_BUCKET = r"工作台的桶：.* 的(公开访问的阻止|自动删除|明文 HTTP)"
TABLES = (NO_RECOVERY, NO_INDEX_STATE)
"""Findings about indexes, alarms and the bucket: the emulator makes a stack's tables without indexes, its bucket
without most settings, and has no stack of alarms (tests/operator/cloud simulates it)."""
NOT_JUDGED = frozenset("数据表 工作台的桶 告警 并发配额 已有关注者 商户余额 共用的凭证 转账密钥 商家转账".split())
"""Further findings: the emulator's quota, the import that the rehearsal omits, the balance that cannot be queried, the
ticket that no instance has needed yet, and transfers, by which this contest does not pay."""
WARMED = frozenset("预热 共用的凭证 竞赛菜单 公众号菜单 红包方案 奖池 题库".split())
FROM_THE_FUNCTION = "✓ 微信凭证：函数能取得 access_token，其出口地址在 IP 白名单中"


class DoctorSteps:
    """A step raises when a check fails."""

    def __init__(self, run: RunState) -> None:
        self.run, self.env = run, run.env

    def doctor(self) -> str:
        said = counted(self.env.failed_contest("doctor"))
        check_lines(said, (*TABLES, BARE_BUCKET, NO_ALARMS), {check.subject for check in CHECKS} - NOT_JUDGED)
        if FROM_THE_FUNCTION not in said:
            raise LocalError("doctor 没有让函数去问微信")
        return f"{said[-1]}；✗ 都是模拟的云所缺的，函数 probe 已从其出口问过微信"

    def warm(self) -> str:
        said = counted(self.env.failed_contest("warm", "--instances", "1"))
        check_lines(said, TABLES, WARMED)
        return f"{said[-1]}；✗ 都是模拟的云所缺的"

    def pay_smoke(self) -> str:
        """Pays through the deployed queue and worker, with only their rights. A second run shows the payment and pays
        nothing."""
        command = ("pay-smoke", str(self.run.first.person["openid"]))
        first = self.env.contest(*command).splitlines()[0]
        same("再次执行", self.env.failed_contest(*command).splitlines()[0], first)
        (number,) = re.findall(r"SMOKE\w+", first)
        paid = [one["amount_fen"] for one in self.run.first.payments() if one["mch_billno"] == number]
        same("微信支付账上", paid, [LEAST_FEN])
        return f"函数 pay 已付 {number}，再次执行只显示结果"


def counted(said: str) -> list[str]:
    """The report up to its count; after it stands again what is wrong."""
    lines = said.splitlines()
    last = next(number for number, line in enumerate(lines) if re.match(rf"{Level.OK.value} \d+、", line))
    return lines[: last + 1]


def check_lines(said: Sequence[str], lacking: Collection[str], right: Collection[str]) -> None:
    """The last line is the count. Raises `LocalError` unless the faulty lines are exactly those that match the patterns
    in `lacking` (of the text after the mark), and every line of the `right` subjects is in order."""
    wrong = {line[2:] for line in said[:-1] if line[0] == Level.WRONG.value}
    same("不该有的 ✗", sorted(line for line in wrong if not any(re.match(one, line) for one in lacking)), [])
    same("应有而没有的 ✗", [one for one in lacking if not any(re.match(one, line) for line in wrong)], [])
    marks = dict[str, set[str]]()
    for mark, subject in _marks(said[:-1]):
        marks.setdefault(subject, set()).add(mark)
    same("没有 ✓ 的", sorted(one for one in right if marks.get(one) != {Level.OK.value}), [])


def _marks(said: Sequence[str]) -> Iterator[tuple[str, str]]:
    for line in said:
        yield line[0], line[2:].partition("：")[0]

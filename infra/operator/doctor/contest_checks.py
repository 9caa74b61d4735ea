"""Checks the contest: bank, plan, pool, baseline, switches and records, as its phase requires."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from chalicelib.adapters.http.render import moment
from chalicelib.domain.bank import Bank
from chalicelib.domain.contest import Phase
from chalicelib.domain.draw_cells import together
from chalicelib.domain.errors import BankError
from chalicelib.domain.prizes import Plan, PlanState, commitment, yuan
from chalicelib.domain.switches import Switches
from infra.operator.doctor.findings import About, Finding, Level
from infra.operator.doctor.target import Target
from infra.operator.payout_overview import overview

BANK, PLAN, POOL, BASELINE = About("题库"), About("红包方案"), About("奖池"), About("已有关注者")
SWITCHES, RECORDS, PARKED = About("开关"), About("开幕闭幕记录"), About("搁置的红包")
SOON, LATE = timedelta(hours=24), timedelta(minutes=3)
"""How long before the opening a missing item is WRONG, and when a missing record of it is overdue."""


def bank(target: Target) -> Iterator[Finding]:
    rules = target.contest.quiz
    try:
        found = target.services.ports.bank
    except BankError as error:
        for problem in error.problems:
            yield BANK.wrong(f"{rules.bank} {problem}", "改正后重新部署")
    else:
        yield from _withdrawn(target, found)


def _withdrawn(target: Target, bank: Bank) -> Iterator[Finding]:
    """A bank deployed later may be too small without the questions that were withdrawn."""
    size, withdrawn = target.contest.quiz.draw_size, target.services.withdrawals.withdrawn()
    left = together(one for one in bank.questions if one.id not in withdrawn)
    if left < size:
        what = f"撤回 {len(withdrawn)} 题后，能同时抽到的只剩 {left} 题，每次要抽 {size} 题"
        yield BANK.wrong(what, "补足题目重新部署，或用 ./contest bank restore 恢复误撤的题")
        return
    listed = f"，已撤回 {'、'.join(sorted(withdrawn))}" * bool(withdrawn)
    yield BANK.ok(f"{len(bank)} 题，编号不重复，每次抽 {size} 题{listed}")


def plan(target: Target) -> Iterator[Finding]:
    found, switches = target.services.ports.plans.current_plan(), target.services.ports.control.read_switches()
    if found is None or found.state is not PlanState.ACTIVE:
        yield _not_active(target, "还没有生成" if found is None else "已生成，尚未启用")
        return
    yield from PLAN.unless(
        _plan_faults(target, found, switches), f"{found.plan_id} 已启用，承诺值 {switches.commitment}"
    )


def pool(target: Target) -> Iterator[Finding]:
    """Free plus claimed packets must equal the plan; counts the pool twice, because claims go on meanwhile."""
    found = target.services.ports.plans.current_plan()
    if found is None:
        yield POOL.unknown("还没有方案")
        return
    first = target.services.ports.pool.count_free(found.plan_id, found.shards)
    totals = target.claim_totals
    last = target.services.ports.pool.count_free(found.plan_id, found.shards)
    planned = found.rules.packets
    if totals is None:
        yield POOL.unknown(f"剩余 {last} 个；领取记录很多，未在此核对：见 ./contest audit")
    elif last + totals.claims <= planned <= first + totals.claims:
        yield POOL.ok(f"剩余 {last} 个，已领 {totals.claims} 个，共 {planned} 个")
    else:
        what = f"剩余 {last} 个加已领 {totals.claims} 个，与方案的 {planned} 个不符"
        laying = found.state is PlanState.LAYING
        yield POOL.wrong(what, "再执行一次 plan lay" if laying else "先 ./contest pause，再运行 ./contest audit")


def baseline(target: Target) -> Iterator[Finding]:
    """Asks WeChat for followers after the import position: only WeChat knows whether any are missing."""
    position = target.services.ports.baseline.import_position()
    if target.phase is not Phase.ANNOUNCED:
        late = BASELINE.warning("开始之前没有导入", "已不能补：原有关注者会被当作新关注者，请留意推荐机会")
        yield BASELINE.ok("开始之前已导入") if position else late
        return
    missing = len(target.account.followers_page(position)[0])
    if not missing:
        yield BASELINE.ok("已全部导入" if position else "公众号还没有关注者，无需导入")
    elif position:
        yield BASELINE.warning(f"导入之后还有 {missing} 位，或没有导完", "再运行一次 ./contest import-followers")
    else:
        tell = BASELINE.wrong if target.opens_within(SOON) else BASELINE.warning
        yield tell("还没有导入", "在开始之前运行 ./contest import-followers")


def switches(target: Target) -> Iterator[Finding]:
    found = target.services.ports.control.read_switches()
    yield from SWITCHES.unless(_switch_warnings(found, target.now()), "没有暂停，发放正常")


def parked(target: Target) -> Iterator[Finding]:
    """Shows the parked payouts by reason. Those for a person wait in the index until somebody decides."""
    found = overview(target.services.ports.payouts, target.now(), lambda *_: None)
    yield from PARKED.unless(
        [Finding(Level.WARNING, PARKED.subject, line) for line in found.lines()], f"没有；未了结 {found.waiting} 笔"
    )


def records(target: Target) -> Iterator[Finding]:
    found, window, now = target.services.ports.control.read_switches(), target.contest.window, target.now()
    if target.phase is Phase.ANNOUNCED:
        if found.opened_at:
            yield RECORDS.warning(f"已有开幕记录 {moment(found.opened_at)}，而竞赛尚未开始", "检查是否改过开始时间")
        else:
            yield RECORDS.ok(f"{moment(window.opens_at)} 开幕，尚无记录")
        return
    opening = target.phase is Phase.OPEN
    name, function, at, due = (
        ("开幕", "open_contest", found.opened_at, window.opens_at)
        if opening
        else ("闭幕", "close_contest", found.closed_at, window.closes_at)
    )
    if at:
        yield RECORDS.ok(f"{name}记录 {moment(at)}")
    else:
        tell = RECORDS.wrong if now - due > LATE else RECORDS.warning
        yield tell(f"没有{name}记录", f"答题不受影响；查看 {function} 的日志，并执行 ./contest run {function}")


def _not_active(target: Target, how: str) -> Finding:
    if target.phase is Phase.CLOSED:
        return PLAN.warning(how, "竞赛已结束，无需处理")
    tell = PLAN.wrong if target.opens_within(SOON) else PLAN.warning
    return tell(how, "运行 ./contest plan lay、./contest plan activate")


def _plan_faults(target: Target, found: Plan, switches: Switches) -> Iterator[Finding]:
    wanted, amounts = target.contest.prizes, found.amounts()
    if switches.plan_id != found.plan_id:
        yield PLAN.wrong("开关中的方案不是这一份", "先 ./contest pause，再运行 ./contest audit")
    if switches.commitment != commitment(found.plan_id, amounts, found.salt):
        yield PLAN.wrong("公布的承诺值与方案不符", "先 ./contest pause，再运行 ./contest audit")
    if found.rules != wanted or sum(amounts) != wanted.budget_fen:
        mine = f"{found.rules.packets} 个、{yuan(found.rules.budget_fen)} 元"
        yield PLAN.wrong(
            f"启用的是 {mine}，竞赛配置是 {wanted.packets} 个、{yuan(wanted.budget_fen)} 元",
            "以启用的为准改正 contest.toml",
        )


def _switch_warnings(found: Switches, now: datetime) -> Iterator[Finding]:
    if found.paused:
        yield SWITCHES.warning("竞赛已暂停", "恢复用 ./contest resume")
    if found.payouts_stopped:
        yield SWITCHES.warning("发放已停止", "恢复用 ./contest payouts start")
    if found.held_until and now < found.held_until:
        yield SWITCHES.warning(
            f"发放暂缓至 {moment(found.held_until)}（{found.held_reason}）", "处理后用 ./contest payouts resume"
        )

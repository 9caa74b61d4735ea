"""The rehearsal, step by step: set up, deploy, open, take part, deploy again, close, remove."""

from collections.abc import Callable, Sequence

from tests.rehearsal.contest_steps import ContestSteps
from tests.rehearsal.doctor_steps import DoctorSteps
from tests.rehearsal.operator_steps import OperatorSteps
from tests.rehearsal.run_state import RunState

Step = tuple[str, Callable[[], str]]


def steps(run: RunState) -> Sequence[Step]:
    """Each step's name and function. A step returns a summary, and raises when a check fails."""
    operator, contest, doctor, first = OperatorSteps(run), ContestSteps(run), DoctorSteps(run), run.first
    return [
        ("./contest up", operator.up),
        ("密钥存入 SSM，再次 ./contest up", operator.store_secrets),
        ("make build", operator.build),
        ("选定开幕时间", operator.set_opening),
        ("生成并启用红包方案（./contest）", operator.lay_plan),
        ("chalice deploy，网关自身的回答", operator.deploy),
        ("绑定域名，第一次请求", operator.bind_domain),
        ("网关自身的回答", contest.gateway_answers),
        ("开幕前关注，收到欢迎", first.follow),
        ("开幕前授权登录", first.sign_in),
        ("开幕前抽题被拒绝", contest.not_open),
        ("到点开幕，定时规则记录并发布菜单", contest.opening),
        ("发送“答题”，收到链接", first.ask_for_the_quiz),
        ("打开页面", first.open_the_page),
        ("抽题", first.start_an_attempt),
        ("答题并提交", first.answer),
        ("打开红包", first.open_the_packet),
        ("队列触发发放，微信支付账上已有", first.receive_the_money),
        ("./contest doctor", doctor.doctor),
        ("./contest warm", doctor.warm),
        ("./contest pay-smoke", doctor.pay_smoke),
        ("修改结束时间，再次部署", operator.deploy_again),
        ("数据与登录仍然有效", contest.data_still_valid),
        ("好友经分享链接关注，队列触发通知", contest.referral),
        ("在微信里拆开红包", first.unwrap),
        ("./contest run reconcile（每日对账）", contest.reconcile),
        ("进行中拆除和删除数据被拒绝", operator.keep_the_data),
        ("到点闭幕，定时规则记录并恢复菜单", contest.closing),
        ("闭幕后抽题被拒绝", contest.closed),
        ("每分钟的定时规则已清点红包", contest.sweep),
        ("./contest down，数据保留", operator.down),
        ("./contest down --delete-data，再次执行", operator.delete_data),
    ]

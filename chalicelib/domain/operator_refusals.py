"""What an operator reads when a command is refused: by `OperatorRefused`, or by WeChat."""

from chalicelib.domain.smoke import MOST

REFUSALS = {
    # The organiser's desk
    "desk_unit": "单位的链接须用 --unit 写明竞赛文件中的单位，其他链接没有单位。",
    "desk_days": "链接的有效期须为 1 至 120 天。",
    "desk_unknown": "没有这个链接：desk list 列出全部编号。",
    # Plans
    "plan_active": "方案已经启用，不能再改。",
    "plan_differs": "已有一份方案，与现在的奖金配置不同：未启用也无人领取的，先执行 plan discard，再重新生成；"
    "否则把 contest.toml 的奖金改回它的。",
    "no_plan": "还没有方案：先执行 plan lay。",
    "plan_faulty": "方案的金额不合它自己的规则，不能启用：这是程序的错误，请勿开幕，告知开发人员。",
    "plan_incomplete": "池中的红包与方案不符：再执行一次 plan lay，它补上缺的，删去多的（如已被领取的）。",
    "plan_changed": "方案刚刚被别人改动，请查看 status 后再试。",
    "plan_claimed": "这份方案已有人领取，不能放弃：把 contest.toml 的奖金改回它的，再执行 plan lay、plan activate。",
    "other_plan": "开关中启用的是另一份方案，它的记录不见了；一场竞赛只有一份预算。见运维手册“恢复数据”。",
    "other_claims": "已有人领取了另一份方案的红包，不能再有一份预算：恢复那份方案的记录。见运维手册“恢复数据”。",
    "not_closed": "竞赛结束后才能公开方案。",
    "no_closing": "部署还没有闭幕记录，不能公开：先执行 ./contest run close_contest。",
    # Menus, the import and the codes
    "not_open": "竞赛未开始或已结束，不能发布竞赛菜单：开始之前不得公布。",
    "no_saved_menu": "没有保存过公众号原来的菜单。",
    "already_open": "竞赛已经开始，基线导入必须在开始之前完成。",
    "embargo": "竞赛开始之前不得生成二维码。仅供印刷厂使用时，请用 print-codes --for-printer，并会留下记录。",
    # Payouts
    "no_such_claim": "没有这个领取编号或商户单号。",
    "not_parked": "只有搁置（parked）的红包可以这样处理。",
    "smoke_not_renewed": "体验红包不换单号：用 pay-smoke --again 另发一笔。",
    "terms_not_refused": "只有因 terms（PARAM_ERROR）搁置的红包可以换参数。",
    "same_terms": "contest.toml 的 [packet] 与原来的参数相同：先改正，再执行。",
    "not_unknown": "微信支付没有说查不到这个单号，不能换参数。",
    "not_ended": "只有已失败或已退回的红包可以换号重发。",
    "claimable_ended": "领取期限（contest.toml 的 [transfer] claimable_until）已过：先推迟期限、部署，再换号。",
    "none_failed": "没有因这个原因失败的付款。",
    "not_confirmed": "微信支付没有确认原单号已失败或已退回，不能换号。",
    "other_payer": "它是由另一商户号或公众号付的：把那时的商户号、密钥、证书和 WECHAT_APP_ID 放进环境变量再执行；"
    "那个商户号已不能用的，在它的账单里核对单号，再用 payouts settle --statement-checked 了结。",
    "last_number": "这笔红包已换过十次单号，不能再换：请用 payouts settle 人工了结，或先查明原因。",
    "forgotten": "领取已满 25 天，微信支付可能不再保留订单，“查不到”不等于没付。请在商户平台的账单里按单号核对，"
    "确认没有付出后加上 --statement-checked 再执行。",
    "not_ours": "微信支付中这个单号是另一笔付款：请核对商户平台的账单，再用 payouts settle --statement-checked 了结。",
    "maybe_paid": "微信支付没有确认原单号未付，不能了结。",
    "changed_meanwhile": "它刚刚有了变化，请重新查看后再试。",
    # Questions
    "no_such_question": "题库中没有这道题，请核对题号：",
    "too_few_left": "撤回之后题目不够，没有改动：",
    # People
    "no_such_person": "没有这位参与者的记录，请核对 OPENID。",
    "no_such_unit": "contest.toml 中没有这个单位",
    "moved_meanwhile": "这个人的单位刚刚有了变化：请再查看一次，没有改动。",
    "no_packet_name": "这不是红包编号（8位以内的数字），也不是商户单号；按编号查找还要有启用的方案。",
    "packet_free": "这个编号的红包还没有人领取，请与本人核对编号。",
    "no_such_packet": "没有这个编号或商户单号的领取，请与本人核对。",
    "not_indexed": "索引中没有这个编号的领取记录：请技术人员用 ./contest find 查找。",
    "purged": "个人信息已经清除或正在清除：不再知道领取人，不能再作决定。",
    # Personal data
    "payout_not_final": "还有发放没有最终结果：先了结（./contest payouts list），再执行。",
    "no_kept_until": "contest.toml 的 [privacy] 没有 kept_until：请主办方先定下保存期限。",
    "kept_until": "还没有到 contest.toml 的 [privacy] kept_until，不能清除：",
    "others_unfinished": "本场的领取、答题和邀请记录已经清除；关注者登记还没有：另一场竞赛还没有闭幕记录，"
    "它闭幕之后再执行一次 purge。未闭幕：",
    "purge_unfinished": "清除没有完成：一直有新的记录出现。请再执行一次。",
    # Smoke payments
    "smoke_under_way": "上一笔体验红包还在途中，不能再发一笔：去掉 --again，用上一笔的 OPENID 再执行，按提示处理。",
    "smoke_other_person": "上一笔体验红包是发给另一位的：用那位的 OPENID 执行可查看结果；要发给这一位，加上 --again。",
    "smoke_other_amount": "上一笔体验红包不是这个金额：去掉 --amount 可查看结果；要按这个金额另发一笔，加上 --again。",
    "smoke_amount": "体验红包的金额要在1元和本场竞赛最大的红包之间：没有发出任何红包。",
    "smoke_ceiling": f"一场竞赛至多发 {MOST} 笔体验红包，已经发满：没有发出任何红包。",
    "smoke_no_follower": (
        "已知的关注者中没有这个 OPENID：没有发出任何红包。"
        "请本人先关注公众号（已关注的，请在微信里打开一次活动页面），再执行。"
    ),
    "smoke_not_ours": "上一笔体验红包的单号在微信支付中是另一笔付款，不能再发：加上 --again 另发一笔。",
    "smoke_on_request": (
        "商家转账要由领取人在活动页面点“收款”并在微信中确认，没有体验红包：没有创建任何转账。"
        "请在 staging 环境（或竞赛开始后）由自己人答题领一个红包，点“收款”走完全程。"
    ),
    "smoke_changed": "另一位操作员刚刚也执行了这个命令：请再执行一次，查看结果。不会重复付款。",
}
"""By the code of `OperatorRefused`."""

WECHAT_REFUSALS = {
    40003: ("OPENID 不是这个公众号的", "请核对 OPENID"),
    40013: ("AppID 有误", "请核对 SSM 中的 WECHAT_APP_ID"),
    40125: ("AppSecret 有误", "请在公众平台核对或重置 AppSecret，再存入 SSM"),
    40164: ("出口地址不在公众号的 IP 白名单中", "请在公众平台“基本配置”的 IP 白名单中加入"),
    40243: ("AppSecret 已被冻结", "请在公众平台解冻 AppSecret"),
    45009: ("今天调用这个接口的次数已用完", "请等到明天，或在公众平台清零调用次数"),
    48001: ("公众号没有这个接口的权限", "请在公众平台“接口权限”中查看；须为已认证的服务号"),
}
"""By WeChat's error code, where an operator can act: why, and what to do."""

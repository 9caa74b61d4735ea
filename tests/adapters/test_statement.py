"""The merchant's statements, as they are downloaded."""

from pathlib import Path

import pytest

from chalicelib.adapters.pay.statement_csv import read_statement
from chalicelib.domain.errors import StatementError
from chalicelib.domain.statement import Statement

FILES = Path(__file__).parents[1] / "vectors" / "statements"
OURS = "Plan0Plan0Pl00000042"
FUND = (
    "记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),"
    "资金变更提交申请人,备注,业务凭证号"
)
FUND_TOTALS = "资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额\n`1,`0,`0.00,`1,`1.88"
TRADE = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,"
    "货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,"
    "商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注"
)
TRADE_TOTALS = (
    "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额\n"
    "`2,`1.88,`1.88,`0.00,`0.00,`1.88,`1.88"
)


def fund(number: str, amount: str = "1.88", name: str = "现金红包", kind: str = "微信红包", way: str = "支出") -> str:
    cells = ("2020-07-08 00:01:10", "1", "2", name, kind, way, amount, "1.00", "API", "备注", number)
    return ",".join(f"`{cell}" for cell in cells)


def trade(
    number: str, kind: str = "", state: str = "SUCCESS", paid: str = "1.88", returned: str = "0.00", refund: str = ""
) -> str:
    cells = [""] * len(TRADE.split(","))
    for name, value in (
        ("商户订单号", number), ("交易类型", kind), ("交易状态", state), ("应结订单金额", paid), ("订单金额", paid),
        ("退款金额", returned), ("退款状态", refund),
    ):  # fmt: skip
        cells[TRADE.split(",").index(name)] = value
    return ",".join(f"`{cell}" for cell in cells)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "statement.csv"


def read(file: Path, *lines: str, encoding: str = "utf-8-sig") -> Statement:
    file.write_text("\r\n".join(lines) + "\r\n", encoding=encoding)
    return read_statement(file)


def problems(file: Path, *lines: str) -> list[str]:
    with pytest.raises(StatementError) as caught:
        read(file, *lines)
    return list(caught.value.problems)


@pytest.mark.parametrize("name", ["fund.csv", "fund-gbk.csv"])
def test_a_fund_statement_has_a_payment_its_refund_and_a_top_up_that_is_nobody_s(name: str) -> None:
    assert read_statement(FILES / name) == Statement({OURS: 188}, {OURS: 188})


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
def test_a_trade_statement(file: Path, encoding: str) -> None:
    customer = trade("20200708000000000001", kind="JSAPI", paid="30.00")
    refund = trade(OURS, state="REFUND", paid="0.00", returned="1.88")
    found = read(file, TRADE, trade(OURS), refund, customer, TRADE_TOTALS, encoding=encoding)
    assert found == Statement({OURS: 188}, {OURS: 188})


def test_red_packets_of_others_are_shown_and_other_money_is_nobody_s(file: Path) -> None:
    others = [
        fund("CZ1", "200.00", "充值/提现", "充值", "收入"),
        fund("20200708000000000001", "0.60", "交易", "交易手续费"),
        fund("20200708000000000002", "9.00", "充值/提现", "红包充值", "收入"),
    ]
    found = read(file, FUND, fund("SOMEBODYELSES"), fund("SMOKEabcdefghijkl00000001"), *others)
    assert found.paid == {"SOMEBODYELSES": 188, "SMOKEabcdefghijkl00000001": 188}


def test_a_transfer_and_its_money_s_return_after_nobody_confirmed(file: Path) -> None:
    """The merchant's number is in 业务凭证号. Money that was locked for a bill is returned when it closes."""
    made = fund(OURS, name="商家转账", kind="商家转账")
    closed = fund(OURS, name="商家转账", kind="商家转账退款", way="收入")
    again = fund(f"{OURS}R1", name="商家转账", kind="商家转账")
    others = fund("SOMEBODYELSES", name="商家转账", kind="商家转账")
    found = read(file, FUND, made, closed, again, others)
    assert found == Statement({OURS: 188, f"{OURS}R1": 188, "SOMEBODYELSES": 188}, {OURS: 188})
    top_up = fund("CZ2", "9.00", "充值/提现", "商家转账充值", "收入")
    assert read(file, FUND, made, top_up) == Statement({OURS: 188})


def test_our_number_counts_whatever_the_business_is_called(file: Path) -> None:
    found = read(file, FUND, fund(OURS, name="运营支出", kind="付款"), fund(f"{OURS}R1", name="", kind=""))
    assert found == Statement({OURS: 188, f"{OURS}R1": 188})


def test_a_fee_with_our_number_is_no_payment(file: Path) -> None:
    fees = [
        fund(OURS, "0.01", "交易", "扣除交易手续费"),
        fund(OURS, "0.01", "扣除交易手续费", "交易"),
        fund(OURS, "0.01", "退款", "退还手续费", "收入"),
    ]
    assert read(file, FUND, fund(OURS), *fees) == Statement({OURS: 188})


@pytest.mark.parametrize("state", ["FAIL", "PROCESSING", "CHANGE"])
def test_money_whose_refund_did_not_succeed_did_not_come_back(file: Path, state: str) -> None:
    refund = trade(OURS, state="REFUND", paid="0.00", returned="1.88", refund=state)
    assert read(file, TRADE, trade(OURS), refund) == Statement({OURS: 188})
    refund = trade(OURS, state="REFUND", paid="0.00", returned="1.88", refund="SUCCESS")
    assert read(file, TRADE, trade(OURS), refund) == Statement({OURS: 188}, {OURS: 188})


def test_a_number_of_a_known_plan_is_ours_without_a_letter(file: Path) -> None:
    number = f"{'2' * 12}00000007"
    line = fund(number, name="运营支出", kind="付款")
    assert read(file, FUND, line) == Statement({})
    assert read_statement(file, [number[:12]]) == Statement({number: 188})
    assert read_statement(file, ["1" * 12, ""]) == Statement({})


def test_daily_files_may_follow_each_other(file: Path) -> None:
    day = [FUND, fund(OURS), FUND_TOTALS]
    second = [FUND, fund("Plan0Plan0Pl00000043"), FUND_TOTALS]
    assert read(file, *day, *second) == Statement({OURS: 188, "Plan0Plan0Pl00000043": 188})


def test_columns_with_wide_brackets_are_the_same(file: Path) -> None:
    assert read(file, FUND.replace("(元)", "（元）"), fund(OURS)) == Statement({OURS: 188})


def test_every_line_that_cannot_be_read_is_named(file: Path) -> None:
    found = problems(
        file, FUND, fund(OURS), fund(OURS, "一元"), fund(OURS, way="其他"), fund("", "1.00"), fund(OURS, "")
    )
    assert found == [
        "第 3 行：“一元”不是以元为单位的金额",
        "第 4 行：“收支类型”是“其他”，不是“支出”或“收入”",
        "第 5 行：没有“商户单号”",
        "第 6 行：没有“金额”",
    ]


def test_a_file_of_wrong_lines_names_the_first_twenty(file: Path) -> None:
    found = problems(file, FUND, *[fund(OURS, "x")] * 50)
    assert (len(found), found[0][:6], found[-1]) == (21, "第 2 行：", "……共 50 行")


def test_a_file_that_is_no_statement_is_refused(file: Path) -> None:
    assert problems(file, "a,b,c", "1,2,3") == ["第 1 行：不是表头，没有“商户单号”和“金额”两列"]
    assert problems(file, "") == ["是空的"]
    file.write_bytes(b"PK\x03\x04\xff\xff\x00\x81")
    with pytest.raises(StatementError, match="不是 UTF-8 或 GBK 的文本"):
        read_statement(file)

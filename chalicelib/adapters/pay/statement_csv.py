"""The merchant's statement, as it is downloaded from WeChat Pay's merchant platform.

Two kinds of files are known by their columns: the fund statement (资金账单), which lists every movement of the
merchant's money, and the trade statement (交易账单). Both put a back-tick before each value, and end with a heading and
a line of totals. Any other CSV with a bill number and an amount is read as a list of payments.
"""

import csv
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from chalicelib.domain.claim import looks_like_bill_number
from chalicelib.domain.errors import StatementError
from chalicelib.domain.prizes import fen_of
from chalicelib.domain.smoke import is_smoke_number
from chalicelib.domain.statement import Statement

BILL_COLUMNS = ("商户单号", "商户订单号", "业务凭证号", "mch_billno")
AMOUNT_COLUMNS = ("金额", "金额(元)", "付款金额(元)", "收支金额(元)", "订单金额", "应结订单金额", "总金额", "amount")
DIRECTION, STATE, RETURNED = "收支类型", "交易状态", "退款金额"
OUT, IN = "支出", "收入"
_TOTALS = re.compile("资金流水总笔数|总交易单数|总退款单数")
_TOP_UP = re.compile("充值|提现")
_PAYOUT = re.compile("红包|商家转账")
_FEE = "手续费"
_FROM_CUSTOMERS = frozenset({"JSAPI", "NATIVE", "APP", "MWEB", "MICROPAY", "FACEPAY", "AUTH"})
"""Kinds of trade in which a customer pays the merchant."""
_SHOWN = 20

Row = Mapping[str, str]


def read_statement(path: Path, plan_ids: Collection[str] = ()) -> Statement:
    """Reads payments and refunds. Raises StatementError with every line that cannot be read.

    Numbers of the plans given are ours in any case.
    """
    paid, returned, problems = Counter[str](), Counter[str](), list[str]()
    for line, row in _rows(_text(path)):
        if not _is_payment(row, plan_ids) or not _is_done(row):
            continue
        try:
            number, is_refund = _of(row, BILL_COLUMNS, "商户单号"), _is_refund(row)
            (returned if is_refund else paid)[number] += _amount(row, is_refund)
        except ValueError as error:
            problems.append(f"第 {line} 行：{error}")
    if problems:
        more = [f"……共 {len(problems)} 行"] if len(problems) > _SHOWN else []
        raise StatementError(problems[:_SHOWN] + more)
    return Statement(dict(paid), dict(returned))


def _text(path: Path) -> str:
    """Returns the file's text. WeChat's statements, and those saved by spreadsheets in China, are UTF-8 with a byte
    order mark, or GBK."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise StatementError([f"{path}：{error.strerror}"]) from error
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return raw.decode("gb18030")
    except UnicodeDecodeError:
        raise StatementError(["不是 UTF-8 或 GBK 的文本：请用下载的原文件，或另存为 CSV UTF-8"]) from None


def _rows(text: str) -> Iterator[tuple[int, Row]]:
    """Yields each line that is a movement of money, with its line number. One file may contain several days'
    statements."""
    names = list[str]()
    reader = csv.reader(text.splitlines())
    try:
        for cells in reader:
            bare = [_bare(cell) for cell in cells]
            if not any(bare):
                continue
            if _is_heading(bare):
                names = [unicodedata.normalize("NFKC", name) for name in bare]
            elif _TOTALS.match(bare[0]):
                next(reader, None)
            elif names:
                yield reader.line_num, dict(zip(names, bare, strict=False))
            else:
                raise StatementError([f"第 {reader.line_num} 行：不是表头，没有“商户单号”和“金额”两列"])
    except csv.Error as error:
        raise StatementError([f"第 {reader.line_num} 行：{error}"]) from error
    if not names:
        raise StatementError(["是空的"])


def _is_heading(cells: list[str]) -> bool:
    names = {unicodedata.normalize("NFKC", cell) for cell in cells}
    return not names.isdisjoint(BILL_COLUMNS) and not names.isdisjoint((*AMOUNT_COLUMNS, RETURNED))


def _is_payment(row: Row, plan_ids: Collection[str]) -> bool:
    """Returns whether the line may be a payment of ours. Top-ups, fees and customers' payments are not."""
    business = row.get("业务名称", "") + row.get("业务类型", "")
    if _FEE in business:
        return False
    number = next((row[name] for name in BILL_COLUMNS if row.get(name)), "")
    if looks_like_bill_number(number, plan_ids) or is_smoke_number(number):
        return True
    if DIRECTION in row:
        return _PAYOUT.search(business) is not None and not _TOP_UP.search(business)
    return row.get("交易类型", "") not in _FROM_CUSTOMERS


def _is_done(row: Row) -> bool:
    """Returns False for a refund that failed or is in progress: it has brought no money back."""
    return row.get("退款状态", "") in ("", "SUCCESS")


def _is_refund(row: Row) -> bool:
    """Raises ValueError."""
    if DIRECTION in row:
        if row[DIRECTION] not in (IN, OUT):
            raise ValueError(f"“{DIRECTION}”是“{row[DIRECTION]}”，不是“{OUT}”或“{IN}”")
        return row[DIRECTION] == IN
    return row.get(STATE, "") in ("REFUND", "REVOKED")


def _amount(row: Row, is_refund: bool) -> int:
    """Raises ValueError."""
    columns = (RETURNED, "申请退款金额") if is_refund and STATE in row else AMOUNT_COLUMNS
    text = _of(row, columns, "金额")
    try:
        return fen_of(text)
    except ValueError:
        raise ValueError(f"“{text}”不是以元为单位的金额") from None


def _bare(cell: str) -> str:
    """Removes the marks that statements put before numbers and amounts."""
    return cell.strip().strip("`¥￥\t ")


def _of(row: Row, names: tuple[str, ...], what: str) -> str:
    """Returns the value of the first of these columns that is filled in. Raises ValueError if none is."""
    for name in names:
        if row.get(name):
            return row[name]
    raise ValueError(f"没有“{what}”")

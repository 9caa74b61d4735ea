"""The merchant's statement, as it is downloaded from WeChat Pay."""

import csv
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from chalicelib.domain.errors import DecisionRefused
from chalicelib.domain.prizes import fen_of

BILL_COLUMNS = ("商户单号", "商户订单号", "mch_billno")
AMOUNT_COLUMNS = ("金额", "金额(元)", "付款金额(元)", "amount")


def read_statement(path: Path) -> dict[str, int]:
    """Bill number -> fen, from the merchant's statement (CSV; a duplicate number was paid twice).

    Raises DecisionRefused for one that cannot be read.
    """
    try:
        rows = list(csv.DictReader(_text(path).splitlines()))
        found = Counter[str]()
        for row in rows:
            cells = {_bare(name or ""): _bare(value) for name, value in row.items() if isinstance(value, str)}
            if any(cells.values()):
                found[_of(cells, BILL_COLUMNS)] += fen_of(_of(cells, AMOUNT_COLUMNS))
    except (OSError, ValueError, KeyError, csv.Error) as error:
        raise DecisionRefused("bad_statement") from error
    return dict(found)


def _text(path: Path) -> str:
    """WeChat's statements are UTF-8, with a mark before it; spreadsheets in China save them in GB 18030."""
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("gb18030")


def _bare(cell: str) -> str:
    """Without the marks that statements put before numbers and amounts."""
    return cell.strip().strip("`¥￥\t ")


def _of(cells: Mapping[str, str], names: tuple[str, ...]) -> str:
    """The first of these columns that is filled in. Raises KeyError."""
    for name in names:
        if cells.get(name):
            return cells[name]
    raise KeyError(names[0])

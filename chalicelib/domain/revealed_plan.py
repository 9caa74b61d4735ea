"""Checks a revealed plan of packets against the commitment that was published before the opening."""

import json

from chalicelib.domain.prizes import commitment, yuan


def check_revealed(text: str, published: str, budget_fen: int | None) -> tuple[list[str], str]:
    """Returns what is wrong with the output of `plan reveal`, in Chinese, and a summary.

    Raises ValueError, LookupError, TypeError or RecursionError when the text is not such an output.
    """
    revealed = json.loads(text)
    plan_id, salt, amounts = revealed["plan_id"], revealed["salt"], revealed["amounts"]
    computed = commitment(plan_id, amounts, salt)
    if not all(type(fen) is int and fen > 0 for fen in amounts):
        raise ValueError("an amount is not a positive number of fen")
    total = sum(amounts)
    wrong = []
    if computed != published:
        wrong.append(f"承诺值不符：公布的是 {published}，由方案算出的是 {computed}")
    if budget_fen is not None and total != budget_fen:
        wrong.append(f"总额不符：应为 {budget_fen} 分，方案合计 {total} 分")
    return wrong, f"{len(amounts)} 个红包，共 {yuan(total)} 元，承诺值 {computed}"

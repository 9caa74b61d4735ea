"""The played account's own functions, as the notice's annex 1 lists them: companies, identity, key people, news. Pure.

All companies and people are made up: codes and numbers of the region 000000, which does not exist.
"""

import re
import unicodedata
from dataclasses import dataclass

from infra.simulator.check_characters import is_credit_code, is_identity_number


@dataclass(frozen=True)
class Article:
    """An answer of the type `news`."""

    title: str
    description: str
    url: str


COMPANY, COMPANY_CODE = "示例渔业有限公司", "91000000EXAMPLE11Q"
CITIZEN, CITIZEN_NUMBER = "示例市民", "000000190001010009"
LAWYER = "示例律师"
RECORD = f"{COMPANY}\n统一社会信用代码：{COMPANY_CODE}\n存续，行政处罚0项，未列入失信名单。（示例数据）"
LAWYER_RECORD = f"律师 {LAWYER}\n执业机构：示例律师事务所\n执业状态：正常\n行政处罚0项。（示例数据）"
NEWS = Article("示例：信用宣传活动启动", "信用资讯（示例数据）", "https://credit.example/news/1")
WRONG_CODE = "统一社会信用代码有误：校验码不符，请核对后再发。"
WRONG_NUMBER = "身份证号码有误：校验码不符，请核对后再发。"
_LIKE_A_CODE = re.compile("[0-9A-Z]{18}")
_LIKE_AN_IDENTITY = re.compile("([^0-9 ]+) ?([0-9]{17}[0-9X])")


def answer_query(text: str) -> str | Article | None:
    """Returns the answer to a follower's text; None for a text that is no query."""
    said = " ".join(unicodedata.normalize("NFKC", text).upper().split())
    if said == "资讯":
        return NEWS
    if said.startswith("律师 "):
        return LAWYER_RECORD if said == f"律师 {LAWYER}" else "没有查到这位律师。（示例数据）"
    if asked := _LIKE_AN_IDENTITY.fullmatch(said):
        return _identity(asked[1], asked[2])
    return _company(said)


def _identity(name: str, number: str) -> str:
    if not is_identity_number(number):
        return WRONG_NUMBER
    same = (name, number) == (CITIZEN, CITIZEN_NUMBER)
    return "姓名与身份证号码一致。（示例数据）" if same else "姓名与身份证号码不一致。（示例数据）"


def _company(said: str) -> str | None:
    if _LIKE_A_CODE.fullmatch(said) and not is_credit_code(said):
        return WRONG_CODE
    if said in (COMPANY, COMPANY_CODE):
        return RECORD
    return "没有查到这家企业。（示例数据）" if said.endswith("公司") or _LIKE_A_CODE.fullmatch(said) else None

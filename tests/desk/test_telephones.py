"""Telephone numbers as people write them and as Excel changes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.desk.telephones import mask_telephone, read_telephone


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("13812345678", "13812345678"),
        (" 138 1234 5678 ", "13812345678"),
        ("138-1234-5678", "13812345678"),
        ("１３８１２３４５６７８", "13812345678"),
        ("\u202d13812345678\u202c", "13812345678"),
        ("+86 138 1234 5678", "13812345678"),
        ("86-13812345678", "13812345678"),
        ("0517-87212345", "0517-87212345"),
        ("（0517）87212345", "0517-87212345"),
        ("051787212345", "0517-87212345"),
        ("0517—87212345", "0517-87212345"),
        ("025-84212345转8001", "025-84212345-8001"),
        ("02584212345", "025-84212345"),
        ("+86-517-87212345", "0517-87212345"),
        ("87212345", "87212345"),
        ("7212345-801", "7212345-801"),
    ],
)
def test_one_number_in_many_spellings(written: str, number: str) -> None:
    assert read_telephone(written) == (number, "")
    assert read_telephone(number) == (number, "")


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("", "缺少联系电话"),
        ("　", "缺少联系电话"),
        ("1381234567", "手机号须是11位，这里有10位"),
        ("138123456789", "手机号须是11位，这里有12位"),
        ("13812345678/87212345", "只填一个号码"),
        ("13812345678、13912345678", "只填一个号码"),
        ("1.38E+10", "Excel 把号码变成了科学计数"),
        ("12812345678", "不是手机号"),
        ("张三", "不是手机号"),
        ("138****5678", "不是手机号"),
        ("=1+13812345677", "不是手机号"),
        ("051787212345", ""),
        ("51787212345", "不是手机号"),
    ],
)
def test_what_is_no_number_has_a_reason(written: str, reason: str) -> None:
    number, wrong = read_telephone(written)
    assert wrong.startswith(reason)
    assert bool(number) is not bool(wrong)


def test_a_number_cell_that_lost_its_zero_is_read() -> None:
    assert read_telephone("51787212345", was_number=True) == ("0517-87212345", "")
    assert read_telephone("13812345678", was_number=True) == ("13812345678", "")


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("13812345678", "138****5678"),
        ("0517-87212345", "0517-****2345"),
        ("7212345", "***2345"),
        ("0517-87212345-8001", "0517-8721****-8001"),
    ],
)
def test_four_digits_are_hidden(number: str, masked: str) -> None:
    assert mask_telephone(number) == masked


@given(st.text(max_size=20))
def test_any_text_is_a_number_or_has_a_reason(text: str) -> None:
    number, wrong = read_telephone(text)
    assert bool(number) is not bool(wrong)

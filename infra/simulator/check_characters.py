"""The check characters of Chinese codes and identity numbers. Pure."""

import re

_CODE_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""GB 32100-2015: digits and capital letters without I, O, S, V and Z; a character's value is its place."""
_CODE = re.compile(f"[{_CODE_LETTERS}]{{18}}")
_IDENTITY = re.compile("[0-9]{17}[0-9X]")


def is_credit_code(text: str) -> bool:
    """Returns whether it is a unified social credit code by its form and its last character (GB 32100-2015)."""
    return bool(_CODE.fullmatch(text)) and text[-1] == code_check(text[:-1])


def is_identity_number(text: str) -> bool:
    """Returns whether it is a citizen's identity number by its form and its last character (GB 11643-1999)."""
    return bool(_IDENTITY.fullmatch(text)) and text[-1] == identity_check(text[:-1])


def code_check(first: str) -> str:
    """Returns the eighteenth character of a code: weights are the powers of 3, modulo 31."""
    total = sum(_CODE_LETTERS.index(character) * pow(3, place, 31) for place, character in enumerate(first))
    return _CODE_LETTERS[-total % 31]


def identity_check(first: str) -> str:
    """Returns the eighteenth character of an identity number: ISO 7064, MOD 11-2, where X stands for 10."""
    total = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(first))
    return "0123456789X"[(1 - total) % 11]

"""One value of a JSON text changes, and nothing else."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.operator.cloud.json_text import with_value
from infra.policies import CHALICE

WRITTEN_BY_HAND = """{
    "名": "值",  "list": [1,   2],
  "stages": { "prod" : {"a": "b{}\\"",
      "environment_variables": {"STAGE": "prod"}} , "staging": {}}
}

"""


def test_only_the_value_changes() -> None:
    changed = with_value(WRITTEN_BY_HAND, ("stages", "prod", "environment_variables", "STAGE"), "新")
    assert changed == WRITTEN_BY_HAND.replace('"STAGE": "prod"', '"STAGE": "新"')


def test_a_value_that_is_so_already_stays_as_it_is_written() -> None:
    assert with_value(WRITTEN_BY_HAND, ("list",), [1, 2]) == WRITTEN_BY_HAND


def test_a_new_member_is_laid_out_as_the_others() -> None:
    text = '{\r\n  "a": 1,\r\n  "b": {}\r\n}\r\n'
    assert with_value(text, ("c",), ["x"]) == '{\r\n  "a": 1,\r\n  "b": {},\r\n  "c": ["x"]\r\n}\r\n'
    assert with_value(text, ("b", "c", "d"), 2) == text.replace("{}", '{"c": {"d": 2}}')


def test_our_own_file_comes_back_unchanged() -> None:
    text = (CHALICE / "config.json").read_text(encoding="utf-8")
    variables = json.loads(text)["stages"]["prod"]["environment_variables"]
    for name, value in variables.items():
        assert with_value(text, ("stages", "prod", "environment_variables", name), value) == text


@pytest.mark.parametrize("text", ["", "{", "[]", '{"a": 1}', '{"a": 1} x', "null"])
def test_what_cannot_hold_it_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        with_value(text, ("a", "b"), 1)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(
    document=st.dictionaries(st.text(), values, max_size=4),
    key=st.text(),
    value=values,
    indent=st.none() | st.integers(0, 4),
    ascii_only=st.booleans(),
)
def test_it_means_what_setting_the_value_means(
    document: dict[str, Any], key: str, value: Any, indent: int | None, ascii_only: bool
) -> None:
    text = json.dumps(document, indent=indent, ensure_ascii=ascii_only)
    assert json.loads(with_value(text, (key,), value)) == {**document, key: value}

"""Scenes of the units' codes, and the ranking."""

import re
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.adapters.share_code import SealedShareCodes
from chalicelib.config import PACKAGED, load_contest_file
from chalicelib.domain.reporting import Reporting, ReportingUnit
from chalicelib.domain.units import ranking, unit_of, unit_scene

CONTEST = load_contest_file(PACKAGED)
counts = st.dictionaries(st.text(max_size=3), st.integers(0, 5))


def test_each_unit_is_found_by_its_scene_alone() -> None:
    scenes = {unit_scene(name): name for name in CONTEST.unit_names}
    assert len(scenes) == len(CONTEST.unit_names)
    for scene, name in scenes.items():
        assert unit_of(CONTEST, scene) == name
        assert re.fullmatch(r"[0-9a-z.]{1,64}", scene)


def test_a_unit_keeps_its_scene_while_others_come_and_go() -> None:
    shorter = replace(CONTEST, reporting=Reporting(CONTEST.units[3:]))
    for name in shorter.unit_names:
        assert unit_of(shorter, unit_scene(name)) == name
    assert unit_of(shorter, unit_scene(CONTEST.unit_names[0])) is None


def test_another_scene_is_no_unit_s() -> None:
    names = CONTEST.unit_names
    for scene in ("", "u.", "u.0123456789abcdef", names[0], unit_scene(names[0]).upper(), unit_scene(names[0])[:-1]):
        assert unit_of(CONTEST, scene) is None


@given(st.text(max_size=64))
def test_no_text_is_taken_for_a_unit(scene: str) -> None:
    assert unit_of(CONTEST, scene) in (None, *CONTEST.unit_names)


RENAMED = Reporting(
    (ReportingUnit("区数据局", "department", formerly=("区大数据局", "区信息办")), ReportingUnit("区法院", "d"))
)


def test_the_printed_codes_of_a_renamed_unit_still_name_it() -> None:
    renamed = replace(CONTEST, reporting=RENAMED)
    for name in ("区数据局", "区大数据局", "区信息办"):
        assert unit_of(renamed, unit_scene(name)) == "区数据局"
    assert unit_of(renamed, unit_scene("区法院")) == "区法院"


def test_the_people_of_a_former_name_count_for_the_present_one() -> None:
    counts = RENAMED.by_present_name({"区大数据局": 2, "区数据局": 3, "区信息办": 4, "区法院": 1, "": 5, "unknown": 6})
    assert counts == {"区数据局": 9, "区法院": 1, "": 5, "unknown": 6}


def test_a_share_code_is_never_a_unit_s_scene() -> None:
    codes = SealedShareCodes(["a key"], CONTEST.id)
    assert not any("." in codes.make_share_code(f"openid-{number}") for number in range(200))


def test_the_units_with_most_people_come_first() -> None:
    held = {"b": 2, "a": 2, "c": 9, "": 50, "d": 0}
    assert ranking(held, 10) == [("c", 9), ("a", 2), ("b", 2)]
    assert ranking(held, 1) == [("c", 9)]
    assert ranking({}, 10) == []


@given(counts, st.integers(1, 4))
def test_a_ranking_is_sorted_and_holds_units_with_people_only(held: dict[str, int], most: int) -> None:
    ranked = ranking(held, most)
    assert [count for _, count in ranked] == sorted((count for _, count in ranked), reverse=True)
    assert len(ranked) == min(most, sum(1 for name, count in held.items() if name and count))
    assert all(name and held[name] == count > 0 for name, count in ranked)

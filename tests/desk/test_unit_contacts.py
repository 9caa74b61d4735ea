"""The contact form, and the stored record."""

from collections.abc import Mapping, Sequence

from chalicelib.domain.desk.unit_contacts import Contact, ContactForm, UnitContacts, form_rows, read_form, revision_in

ZHANG, LI = Contact("张三", "科长", "13812345678"), Contact("李四", "科员", "0517-87212345")
STORED = UnitContacts((ZHANG, LI), 50, 100)
PERSON = {"name": "张三", "post": "科长", "telephone": "13812345678"}


def form(rows: Sequence[Mapping[str, str]], **more: str) -> dict[str, str]:
    """As a browser sends it."""
    return {f"{name}{n}": text for n, row in enumerate(rows, start=1) for name, text in row.items()} | more


def test_the_record_is_read_back() -> None:
    assert UnitContacts.from_body(STORED.as_body()) == STORED
    assert UnitContacts.from_body({}) == UnitContacts()


def test_the_form_has_four_rows_with_masked_telephones() -> None:
    shown = ContactForm.of_stored(STORED, 7)
    assert [row["telephone"] for row in shown.rows] == ["138****5678", "0517-****2345", "", ""]
    entered = form(shown.rows, posters=shown.posters, leaflets=shown.leaflets, revision="7")
    assert read_form(entered, STORED.people) == (STORED, {})
    assert ContactForm.of_entered(entered, {}) == shown
    assert ContactForm.of_stored(UnitContacts(), 0).posters == ""


def test_a_masked_telephone_that_is_not_stored_is_refused() -> None:
    assert read_form(form([PERSON | {"telephone": "139****5678"}]), STORED.people)[1].keys() == {"telephone1"}


def test_a_row_may_be_moved_changed_and_emptied() -> None:
    rows = form_rows(STORED)
    assert read_form(form([rows[2], rows[1]], leaflets="0"), STORED.people) == (UnitContacts((LI,)), {})
    changed = form([rows[0] | {"telephone": "139 1234 5678"}])
    assert read_form(changed, STORED.people)[0].people == (Contact("张三", "科长", "13912345678"),)


def test_faults_are_named_by_field() -> None:
    rows = [{"name": "", "post": "x", "telephone": "1"}, PERSON | {"name": "a\x07", "post": "p" * 31}]
    _, faults = read_form(form(rows, posters="-1", leaflets="万"), ())
    assert faults.keys() == {"name1", "telephone1", "name2", "post2", "posters", "leaflets"}
    assert read_form({}, ())[1] == {"name1": "至少填一位联络人"}


def test_a_latin_name_keeps_its_spaces() -> None:
    assert read_form(form([PERSON | {"name": " Li  Ming "}]), ())[0].people[0].name == "Li Ming"


def test_a_forged_revision_is_none() -> None:
    assert [revision_in({"revision": text}) for text in ("7", "", "-1", "x", "１", "9" * 30)] == [7, 0, 0, 0, 0, 0]
    assert revision_in({}) == 0


def test_numbers_that_look_alike_when_masked_stay_with_their_rows() -> None:
    people = (Contact("张三", "科长", "13811115678"), Contact("李四", "科员", "13822225678"))
    form = {"posters": "1"}
    for number, one in enumerate(people, start=1):
        form |= {f"name{number}": one.name, f"post{number}": one.post, f"telephone{number}": "138****5678"}
    assert read_form(form, people) == (UnitContacts(people, 1, 0), {})

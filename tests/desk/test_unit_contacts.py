"""The contact form, and the stored record."""

from chalicelib.domain.desk.unit_contacts import Contact, UnitContacts, form_rows, read_form

ZHANG, LI = Contact("张三", "科长", "13812345678"), Contact("李四", "科员", "0517-87212345")
STORED = UnitContacts((ZHANG, LI), 50, 100)


def test_the_record_is_read_back() -> None:
    assert UnitContacts.from_body(STORED.as_body()) == STORED
    assert UnitContacts.from_body({}) == UnitContacts()


def test_the_form_has_four_rows_with_masked_telephones() -> None:
    rows = form_rows(STORED)
    assert [row["telephone"] for row in rows] == ["138****5678", "0517-****2345", "", ""]
    assert read_form(rows, "50", "100", STORED.people) == (STORED, {})


def test_a_masked_telephone_that_is_not_stored_is_refused() -> None:
    rows = [{"name": "张三", "post": "科长", "telephone": "139****5678"}]
    assert read_form(rows, "", "", STORED.people)[1].keys() == {"telephone1"}


def test_a_row_may_be_moved_changed_and_emptied() -> None:
    rows = form_rows(STORED)
    assert read_form([rows[2], rows[1]], "", "0", STORED.people) == (UnitContacts((LI,)), {})
    changed = [rows[0] | {"telephone": "139 1234 5678"}]
    assert read_form(changed, "1", "2", STORED.people)[0].people == (Contact("张三", "科长", "13912345678"),)


def test_faults_are_named_by_field() -> None:
    rows = [
        {"name": "", "post": "x", "telephone": "1"},
        {"name": "a\x07", "post": "p" * 31, "telephone": "13812345678"},
    ]
    _, faults = read_form(rows, "-1", "万", ())
    assert faults.keys() == {"name1", "telephone1", "name2", "post2", "posters", "leaflets"}
    assert read_form([], "", "", ())[1] == {"name1": "至少填一位联络人"}


def test_a_latin_name_keeps_its_spaces() -> None:
    rows = [{"name": " Li  Ming ", "post": "p", "telephone": "13812345678"}]
    assert read_form(rows, "", "", ())[0].people[0].name == "Li Ming"

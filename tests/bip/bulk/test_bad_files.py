"""Files as they come: what cannot be read is refused in words, what can is read whatever wrote it."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook

from bip.bulk.sheet import MAX_LINES, disarmed
from bip.bulk.words import COLUMNS, plain
from bip.clock import SettableClock
from bip.store.lists import ImportKind, Role
from tests.bip.bulk.filing import contents, keyed, send, take_in, words_of, workbook
from tests.bip.house import House
from tests.bip.pages import Visitor


def bomb() -> bytes:
    """A workbook of some kilobytes that unpacks to more than anybody's list."""
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"\0" * 40_000_000)
    return content.getvalue()


def entities() -> bytes:
    """A workbook whose sheet defines names that unfold into one another."""
    with zipfile.ZipFile(BytesIO(workbook(["participant", "observed to"], ["x", "2026-03-02"]))) as good:
        parts = {part.filename: good.read(part) for part in good.infolist()}
    sheet = parts["xl/worksheets/sheet1.xml"].partition(b"<worksheet")
    head = b'<!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;">]>'
    parts["xl/worksheets/sheet1.xml"] = head + b"".join(sheet[1:])
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return content.getvalue()


def zipped_text() -> bytes:
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("letter.txt", "hello")
    return content.getvalue()


REFUSED = {
    "empty": (b"", "The file is empty."),
    "only a mark": (b"\xef\xbb\xbf", "The file is empty."),
    "only separators": (b";;;\r\n;;\r\n", "The file is empty."),
    "no header": (b"k7;job;2026-03-01;2026-03-02\n", "The first line must hold the names of the columns"),
    "no lines": (b"participant;observed to\n\n;;\n", "There is no line under the names of the columns."),
    "columns missing": (b"participant;event\nk7;job\n", "These columns are missing: observed to."),
    "columns twice": (
        b"participant;key;observed to\na;b;c\n",
        "These columns say the same: participant, key.",
    ),
    "another encoding": ("participant;observed to\nå;b".encode("utf-16"), "no text that can be read"),
    "not any encoding": (b"participant;observed to\n\x81\x8d;b", "no text that can be read"),
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "no text that can be read"),
    "a quotation mark left open": (b'participant;observed to\n"k7;2026-03-01\n', "a quotation mark is open"),
    "old Excel": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100, "This is an old Excel file."),
    "no workbook inside": (zipped_text(), "The workbook cannot be read."),
    "half a workbook": (workbook(["participant", "observed to"])[:900], "The workbook cannot be read."),
    "a bomb": (bomb(), "The workbook is much larger inside"),
    "entities": (entities(), "The workbook cannot be read."),
    "too many lines": (
        b"participant;observed to\n" + b"k7;2026-03-01\n" * (MAX_LINES + 1),
        "more than 5,000 lines",
    ),
    "too many lines in a workbook": (
        workbook(["participant", "observed to"], *[["k7", "2026-03-01"]] * (MAX_LINES + 1)),
        "more than 5,000 lines",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_cannot_be_read_is_refused_with_the_remedy(house: House, name: str) -> None:
    content, remedy = REFUSED[name]
    page = send(house.enter("coordinator"), "outcomes", content)
    assert page.heading == "Files"
    assert remedy in page.text


def test_participants_are_fewer_a_file(house: House) -> None:
    lines = "Ada;2026-03-02;x\n" * 1_001
    page = send(house.enter("coordinator"), "participants", f"name;enrolled on;caseworker\n{lines}")
    assert "more than 1,000 lines" in page.text


def test_a_file_over_the_limit_is_refused(house: House) -> None:
    page = house.enter("coordinator").post("/files", {"file": "x" * 1_100_000}, expect=413)
    assert page.heading == "The file is too large"


def test_a_form_without_kind_or_file_says_so(house: House) -> None:
    coordinator = house.enter("coordinator")
    page = coordinator.submit(coordinator.get("/files"), {"file": None}, action="/files")
    assert "Choose what the file holds." in page.text
    assert "Choose a file." in page.text
    old = send_with_token(coordinator, "old")
    assert "open for a long time" in old


def send_with_token(visitor: Visitor, token: str) -> str:
    sent = {"csrf_token": token, "kind": "outcomes", "file": (BytesIO(b"a"), "file.csv")}
    return visitor.post("/files", sent).text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_every_encoding_and_separator_is_read(house: House, encoding: str, delimiter: str) -> None:
    lines = [
        ["Namn", "Inskriven", "Handläggare e-post", "Kön", "Favoritfärg"],
        [
            "Åsa “Åse” Öst, junior; x".replace("; x", ""),
            "2026-03-02",
            house.emails[Role.CASEWORKER],
            "k",
            "grön",
        ],
    ]
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(lines)
    page = send(house.enter("coordinator"), "participants", text.getvalue().encode(encoding))
    assert "Åsa “Åse” Öst, junior is enrolled" in words_of(page)
    assert "These columns are not used: Favoritfärg." in words_of(page)


def people(house: House, *changes: dict[str, str]) -> str:
    """Lines of participants that are right but for the changes."""
    header = ["name", "email", "phone", "sex", "origin", "education", "birth_year", "language"]
    header += ["study", "enrolled_on", "intake", "caseworker", "unit"]
    good = {
        "name": "Ada Lind",
        "email": "ada@example.org",
        "phone": "+46 70 123",
        "sex": "Kvinna",
        "origin": "utrikes född",
        "education": "Gymnasium",
        "birth_year": "1984",
        "language": "Arabiska",
        "enrolled_on": "2026-03-02",
        "caseworker": house.emails[Role.CASEWORKER],
    }
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, header, delimiter=";", restval="")
    writer.writeheader()
    writer.writerows({**good, **change} for change in changes)
    return text.getvalue()


WRONG = [
    ({"name": ""}, "Write the participant's name."),
    ({"name": "x" * 201}, "at most 200 characters"),
    ({"email": "ada"}, "Write an address such as name@example.org"),
    ({"phone": "call me"}, "Write the number with digits"),
    ({"sex": "cat"}, "Write one of: woman, man, other, unknown."),
    ({"origin": "mars"}, "Write one of: native, foreign, unknown."),
    ({"education": "phd"}, "Write one of: none, compulsory"),
    ({"birth_year": "84"}, "Write a year from 1900 to 2026."),
    ({"birth_year": "2027"}, "Write a year from 1900 to 2026."),
    ({"language": "klingon"}, "Write the language's name or code"),
    ({"study": "Another"}, "Write the name of a study that takes people in"),
    ({"unit": "Another"}, "Write the name of one of your units"),
    ({"enrolled_on": "2/3/2026"}, "Write a day as year-month-day"),
    ({"enrolled_on": "2026-03-03"}, "must not be after today"),
    ({"enrolled_on": "2025-11-30"}, "must not be before Dec 1, 2025"),
    ({"caseworker": "nobody@example.org"}, "Write the e-mail address with which"),
    ({"intake": "x" * 101}, "at most 100 characters"),
]


def test_each_wrong_cell_is_named_with_its_value_and_remedy(house: House) -> None:
    page = send(house.enter("coordinator"), "participants", people(house, {}, *(wrong for wrong, _ in WRONG)))
    text = words_of(page)
    assert f"Lines that are wrong{len(WRONG)}" in text
    for number, (wrong, remedy) in enumerate(WRONG, 3):
        ((column, value),) = wrong.items()
        assert f"{number}{column}{value or 'empty'}" in text
        assert remedy in text


def test_wrong_lines_come_back_as_a_file_that_no_spreadsheet_runs(house: House) -> None:
    coordinator = house.enter("coordinator")
    formula = '=HYPERLINK("http://example.org")'
    page = send(coordinator, "participants", people(house, {}, {"name": formula, "sex": "cat"}, {"name": ""}))
    answer = coordinator.raw("GET", page.link("Download the wrong lines"))
    assert answer.mimetype == "text/csv"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.data.startswith(b"\xef\xbb\xbf")
    header, first, second = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";")
    assert header[0] == "name"
    assert header[-1] == "What is wrong"
    assert first[0] == f"'{formula}"
    assert first[2] == "'+46 70 123"
    assert first[-1] == "sex: Write one of: woman, man, other, unknown."
    assert second[-1] == "name: Write the participant's name."
    mended = answer.data.decode("utf-8-sig").replace(";cat;", ";woman;")
    text = words_of(send(coordinator, "participants", mended))
    assert f"{formula} is enrolled" in text


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@a", "\tx", "\rx"])
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(cell: str) -> None:
    assert disarmed(cell) == f"'{cell}"
    assert disarmed("Ada=1") == "Ada=1"


def test_a_formula_in_a_workbook_is_the_text_it_is(house: House) -> None:
    content = workbook(["participant", "observed to"], ['=CONCAT("a","b")', "=TODAY()"])
    text = words_of(send(house.enter("coordinator"), "outcomes", content))
    assert '=CONCAT("a","b")' in text
    assert "=TODAY()" in text
    assert "Write a day as year-month-day" in text


@pytest.mark.parametrize(
    ("row", "remedy"),
    [
        ("{key};;2026-03-03;;;;", "Write the kind of the activity."),
        ("{key};yoga;2026-03-03;;;;", "Write one of: job oriented, skills, health, social."),
        ("{key};skills;;;;;", "Write a day as year-month-day"),
        ("{key};skills;2026-03-01;;;;", "must not be before Mar 2, 2026"),
        ("{key};skills;2026-03-22;;;;", "The participant left the study on Mar 20, 2026."),
        ("{key};skills;2026-03-10;2026-03-09;;;", "must not be before Mar 10, 2026"),
        ("{key};skills;2026-03-10;;many;;", "Write a number from 0 to 80."),
        ("{key};skills;2026-03-10;;81;;", "Write a number from 0 to 80."),
        ("{key};skills;2026-03-10;;nan;;", "Write a number from 0 to 80."),
        ("{key};skills;2026-03-10;;5;;perhaps", "Write yes or no"),
        ("{key};skills;2026-03-10;;5;;yes", "Leave this empty until the activity has an end."),
        ("{key};skills;2026-03-10;;5;" + "x" * 101 + ";", "at most 100 characters"),
    ],
)
def test_wrong_activities_say_what_to_do(house: House, clock: SettableClock, row: str, remedy: str) -> None:
    _, key = keyed(house, withdrawn_on=date(2026, 3, 20))
    clock.advance(60)
    header = "participant;kind;start;end;hours;place;completed"
    page = send(house.enter("coordinator"), "activities", f"{header}\n{row.format(key=key)}")
    assert remedy in words_of(page)


def test_an_activity_that_is_there_is_known(house: House) -> None:
    _, key = keyed(house)
    coordinator = house.enter("coordinator")
    content = f"participant;kind;start;place\n{key};skills;2026-03-02;Here\n{key};skills;2026-03-02;Here"
    page = send(coordinator, "activities", content)
    assert "Lines that are known already1" in words_of(page)
    assert "1 line is taken in." in take_in(page, coordinator).text
    assert len(contents(house)["activity_spells"]) == 1
    assert "Lines that are known already2" in words_of(send(coordinator, "activities", content))


@pytest.mark.parametrize("kind", list(ImportKind))
@pytest.mark.parametrize("language", ["sv", "da", "en"])
def test_the_templates_have_the_columns_that_are_read(house: House, kind: ImportKind, language: str) -> None:
    coordinator = house.enter("coordinator")
    coordinator.language = language
    try:
        answer = coordinator.raw("GET", f"/files/template/{kind}.csv")
        book = coordinator.raw("GET", f"/files/template/{kind}.xlsx")
    finally:
        coordinator.language = "en"
    assert answer.data.startswith(b"\xef\xbb\xbf")
    header = answer.data.decode("utf-8-sig").strip().split(";")
    assert header == [column.name(language) for column in COLUMNS[kind]]
    (row,) = load_workbook(BytesIO(book.data)).active.values
    assert list(row) == header
    for name in header:
        assert sum(plain(name) in column.understood for column in COLUMNS[kind]) == 1, name
    coordinator.get(f"/files/template/{kind}.pdf", expect=404)
    coordinator.get("/files/template/secrets.csv", expect=404)

"""A version in use does not change: what counts as a change, and what does not."""

from collections.abc import Callable
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from surveys.findings import InstrumentError
from surveys.meaning import check
from surveys.release import release

Sample = Callable[[str], Path]
Edit = Callable[[Path, str, str], None]

CORPUS = Path(__file__).parent / "corpus"
SWEDISH = CORPUS / "valid/two_languages/mini/1.sv.yaml"


def messages(path: Path) -> list[tuple[str, str, str]]:
    return [(finding.severity, finding.file.name, finding.message) for finding in check(path)]


@pytest.fixture
def released(sample: Sample) -> Path:
    folder = sample("two_languages")
    release(folder / "1.yaml")
    return folder


def test_a_draft_may_change(sample: Sample, edit: Edit) -> None:
    folder = sample("two_languages")
    edit(folder / "1.en.yaml", "I feel so-so.", "I feel all right.")
    assert check(folder) == []


def test_a_release_names_what_it_wrote(sample: Sample) -> None:
    folder = sample("two_languages")
    done = release(folder / "1.yaml")
    assert str(done.instrument) == "mini@1"
    assert (done.added, done.left_out) == (("en", "sv"), ())
    assert done.record == folder / "released.yaml"
    assert sorted(path.name for path in folder.iterdir()) == [
        "1.en.yaml",
        "1.sv.yaml",
        "1.yaml",
        "released.yaml",
    ]
    assert check(folder) == []


def test_a_second_release_writes_nothing(released: Path) -> None:
    before = (released / "released.yaml").stat().st_mtime_ns
    assert release(released / "1.yaml").added == ()
    assert (released / "released.yaml").stat().st_mtime_ns == before


CHANGED_TEXT = "a text has changed since version 1 was released"
CHANGED_STRUCTURE = "what is asked has changed since version 1 was released"


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("1.en.yaml", "How do you feel?", "How do you feel now?"),
        ("1.en.yaml", "I feel so-so.", "I feel so so."),
        ("1.en.yaml", "label: Mood", "label: mood"),
        ("1.en.yaml", "title: Mini", "title: Midi"),
        ("1.en.yaml", "skipped: No answer", "skipped: None"),
        ("1.sv.yaml", "Hur mår du?", "Hur mår du nu?"),
    ],
)
def test_a_changed_text_is_an_error(released: Path, edit: Edit, file: str, old: str, new: str) -> None:
    edit(released / file, old, new)
    assert messages(released / "1.yaml") == [("error", file, CHANGED_TEXT)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("direction: higher_is_closer", "direction: lower_is_closer"),
        ("number: 1", "number: 2"),
        ("number: 1", "number: 1, sensitive: true"),
        ("participant: {}", "participant: {private: true}"),
        ("participant: {}", "participant: {alone: true}"),
        ("code: -8, raters: [participant]", "code: -8, raters: [participant, caseworker]"),
    ],
)
def test_a_changed_structure_is_an_error(released: Path, edit: Edit, old: str, new: str) -> None:
    edit(released / "1.yaml", old, new)
    assert messages(released / "1.yaml") == [("error", "1.yaml", CHANGED_STRUCTURE)]


def test_the_remedy_is_a_new_version(released: Path, edit: Edit) -> None:
    edit(released / "1.en.yaml", "so-so", "fine")
    assert "new version number" in check(released)[0].remedy


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("1.yaml", "key: mini", "# a comment\nkey:   mini"),
        ("1.yaml", "status: final", "status: provisional"),
        ("1.yaml", "first_language: en", "first_language: en\nreferences: [A book]"),
        ("1.yaml", "raters: {participant: {}}", "sensitive: false, raters: {participant: {private: false}}"),
        ("1.en.yaml", "status: reviewed", "status: provisional"),
        ("1.en.yaml", "question: How do you feel?", "question: >-\n        How do\n        you feel?"),
        (
            "1.en.yaml",
            "        1: I feel bad.\n        2: I feel so-so.\n",
            "        2: I feel so-so.\n        1: 'I feel bad.'\n",
        ),
    ],
)
def test_layout_comments_status_and_references_are_no_change(
    released: Path, edit: Edit, file: str, old: str, new: str
) -> None:
    edit(released / file, old, new)
    assert check(released) == []


def test_a_scale_that_moves_from_the_item_to_the_instrument_is_no_change(sample: Sample, edit: Edit) -> None:
    folder = sample("scale_of_an_item")
    release(folder / "1.yaml")
    scale = "scale: {kind: steps, lowest: 1, highest: 3, direction: higher_is_closer}"
    edit(folder / "1.yaml", f" {scale},", "")
    edit(folder / "1.yaml", "items:", f"{scale}\nitems:")
    assert check(folder) == []


def test_a_language_added_later_is_a_warning_until_it_is_released(sample: Sample) -> None:
    folder = sample("smallest")
    release(folder / "1.yaml")
    (folder / "1.sv.yaml").write_bytes(SWEDISH.read_bytes())
    expected = "the texts in sv came after version 1 was released and are not in its record"
    assert messages(folder / "1.yaml") == [("warning", "1.sv.yaml", expected)]
    assert release(folder / "1.yaml").added == ("sv",)
    assert check(folder) == []


def test_a_language_with_gaps_is_left_out_so_that_it_can_be_filled(sample: Sample, edit: Edit) -> None:
    folder = sample("missing_translation")
    assert release(folder / "1.yaml").left_out == ("sv",)
    (folder / "1.sv.yaml").write_bytes(SWEDISH.read_bytes())
    assert release(folder / "1.yaml").added == ("sv",)
    assert check(folder) == []


def test_a_released_language_does_not_go(released: Path) -> None:
    (released / "1.sv.yaml").unlink()
    expected = "the texts in sv are gone, which version 1 was released with"
    assert messages(released / "1.yaml") == [("error", "1.yaml", expected)]


def test_a_released_version_does_not_go(released: Path) -> None:
    for name in ("1.yaml", "1.en.yaml", "1.sv.yaml"):
        (released / name).rename(released / name.replace("1", "2"))
    (released / "2.yaml").write_text((released / "2.yaml").read_text().replace("version: 1", "version: 2"))
    assert messages(released) == [("error", "1.yaml", "version 1 was released and its file is gone")]


def test_a_changed_version_is_not_released_again(released: Path, edit: Edit) -> None:
    edit(released / "1.en.yaml", "so-so", "fine")
    record = (released / "released.yaml").read_bytes()
    with pytest.raises(InstrumentError, match=CHANGED_TEXT):
        release(released / "1.yaml")
    assert (released / "released.yaml").read_bytes() == record


def test_a_new_version_is_released_beside_the_old(released: Path, edit: Edit) -> None:
    for name in ("1.yaml", "1.en.yaml", "1.sv.yaml"):
        (released / name.replace("1", "2")).write_bytes((released / name).read_bytes())
    edit(released / "2.yaml", "version: 1", "version: 2")
    edit(released / "2.en.yaml", "so-so", "fine")
    release(released / "2.yaml")
    assert check(released) == []
    record = YAML(typ="safe", pure=True).load((released / "released.yaml").read_text())
    assert list(record["versions"]) == [1, 2]
    assert record["versions"][1]["languages"]["en"] != record["versions"][2]["languages"]["en"]
    assert record["versions"][1]["languages"]["sv"] == record["versions"][2]["languages"]["sv"]


def test_an_instrument_with_errors_is_not_released(sample: Sample, edit: Edit) -> None:
    folder = sample("smallest")
    edit(folder / "1.en.yaml", "title: Mini\n", "")
    with pytest.raises(InstrumentError, match="the title is missing"):
        release(folder / "1.yaml")
    assert not (folder / "released.yaml").exists()


def test_a_record_that_cannot_be_written_is_an_error(sample: Sample) -> None:
    folder = sample("smallest")
    (folder / "released.new").mkdir()
    with pytest.raises(InstrumentError, match="the record cannot be written"):
        release(folder / "1.yaml")


def test_a_change_in_what_is_extended_shows_in_the_extension(sample: Sample, edit: Edit) -> None:
    mini = sample("extension")
    short = mini.with_name("short") / "1.yaml"
    release(short)
    edit(mini / "1.en.yaml", "so-so", "fine")
    assert messages(short) == [("error", "1.en.yaml", CHANGED_TEXT)]


@pytest.mark.parametrize(
    ("content", "field", "message"),
    [
        ("versions: {1: {structure: short, languages: {}}}", "versions.1.structure", "has the wrong form"),
        (
            f"versions: {{one: {{structure: {'a' * 64}, languages: {{}}}}}}",
            "versions.one",
            "cannot be the name of a field here",
        ),
        ("versions: [", "", "not valid YAML"),
        ("", "", "the file is empty"),
    ],
)
def test_a_broken_record_is_an_error(released: Path, content: str, field: str, message: str) -> None:
    (released / "released.yaml").write_text(content)
    for path in (released, released / "1.yaml"):
        (finding,) = check(path)
        assert (finding.file.name, finding.field) == ("released.yaml", field)
        assert message in finding.message


# Where a character of a text stands in the language file of the sample, and what may take its place.
TEXT = (CORPUS / "valid/smallest/mini/1.en.yaml").read_text(encoding="utf-8")
FEEL = [index for index, _ in enumerate(TEXT) if TEXT.startswith("feel", index)]
LETTERS = st.characters(categories=["L", "N"])


@settings(deadline=None, derandomize=True, max_examples=20)
@given(start=st.sampled_from(FEEL), offset=st.integers(0, 3), letter=LETTERS)
def test_any_letter_of_a_released_text_counts(start: int, offset: int, letter: str) -> None:
    index = start + offset
    changed = TEXT[:index] + letter + TEXT[index + 1 :]
    with TemporaryDirectory() as folder:
        mini = copytree(CORPUS / "valid/smallest/mini", Path(folder) / "mini")
        release(mini / "1.yaml")
        (mini / "1.en.yaml").write_text(changed, encoding="utf-8")
        expected = [] if changed == TEXT else [("error", "1.en.yaml", CHANGED_TEXT)]
        assert messages(mini / "1.yaml") == expected

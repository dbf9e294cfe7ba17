"""Loading: what comes out of the files, and what is said where nothing can."""

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from surveys.findings import InstrumentError
from surveys.load import builtin_instruments, load, load_builtin
from surveys.model import InstrumentId, Text, canonical_json

Sample = Callable[[str], Path]
Edit = Callable[[Path, str, str], None]

RESOLVED = {
    "key": "mini",
    "version": "1",
    "status": "final",
    "first_language": "en",
    "languages": ["en", "sv"],
    "title": {"en": "Mini", "sv": "Mini"},
    "description": {"en": "One question.", "sv": "En fråga."},
    "references": [],
    "missing_codes": {
        "-8": {
            "key": "not_asked",
            "label": {"en": "Not asked", "sv": "Frågan ställdes inte"},
            "raters": ["participant"],
        },
        "-9": {"key": "skipped", "label": {"en": "No answer", "sv": "Inget svar"}, "raters": ["participant"]},
    },
    "items": [
        {
            "key": "mood",
            "number": 1,
            "sensitive": False,
            "label": {"en": "Mood", "sv": "Humör"},
            "scale": {"kind": "steps", "lowest": 1, "highest": 3, "direction": "higher_is_closer"},
            "raters": {
                "participant": {
                    "private": False,
                    "alone": False,
                    "question": {"en": "How do you feel?", "sv": "Hur mår du?"},
                    "steps": {
                        "1": {"en": "I feel bad.", "sv": "Jag mår dåligt."},
                        "2": {"en": "I feel so-so.", "sv": "Jag mår sådär."},
                        "3": {"en": "I feel good.", "sv": "Jag mår bra."},
                    },
                }
            },
        }
    ],
}


def test_the_resolved_instrument_is_exactly_the_contract(sample: Sample) -> None:
    assert load(sample("two_languages") / "1.yaml").to_json() == RESOLVED


def test_canonical_json_says_the_same_in_sorted_utf8(sample: Sample) -> None:
    text = canonical_json(load(sample("two_languages") / "1.yaml"))
    assert json.loads(text) == RESOLVED
    assert text.endswith("}\n")
    assert "Humör" in text
    assert text == json.dumps(json.loads(text), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def test_canonical_json_does_not_depend_on_the_order_in_the_files(sample: Sample, edit: Edit) -> None:
    folder = sample("smallest")
    before = canonical_json(load(folder / "1.yaml"))
    edit(folder / "1.yaml", "version: 1\nstatus: final\n", "status: final\nversion: 1\n")
    edit(
        folder / "1.en.yaml",
        "  not_asked: Not asked\n  skipped: No answer\n",
        "  skipped: No answer\n  not_asked: Not asked\n",
    )
    assert canonical_json(load(folder / "1.yaml")) == before


def test_a_continuous_scale_has_words_for_its_ends_with_the_bounds_as_written(sample: Sample) -> None:
    resolved = load(sample("continuous_scale") / "1.yaml").items[0].to_json()
    assert resolved["scale"] == {
        "kind": "continuous",
        "lowest": 0.5,
        "highest": 10,
        "direction": "higher_is_closer",
    }
    steps = resolved["raters"]["participant"]["steps"]
    assert list(steps) == ["0.5", "10"]


def test_marks_reach_the_objects(sample: Sample) -> None:
    item = load(sample("private_alone_sensitive") / "1.yaml").items[0]
    participant, caseworker = item.form("participant"), item.form("caseworker")
    assert item.sensitive
    assert participant is not None
    assert caseworker is not None
    assert (participant.private, participant.alone) == (False, False)
    assert (caseworker.private, caseworker.alone) == (True, True)


def test_items_stand_in_the_order_of_their_numbers(sample: Sample, edit: Edit) -> None:
    folder = sample("smallest")
    edit(
        folder / "1.yaml",
        "  - {key: mood, number: 1,",
        "  - {key: sleep, number: 2, raters: {participant: {}}}\n  - {key: mood, number: 1,",
    )
    words = (folder / "1.en.yaml").read_text(encoding="utf-8")
    mood = words[words.index("  mood:") :]
    (folder / "1.en.yaml").write_text(words + mood.replace("mood", "sleep"), encoding="utf-8")
    assert [item.key for item in load(folder / "1.yaml").items] == ["mood", "sleep"]


def test_a_missing_text_falls_back_to_the_first_language(sample: Sample) -> None:
    item = load(sample("missing_translation") / "1.yaml").items[0]
    form = item.form("participant")
    assert form is not None
    assert form.question.in_language("sv") == "Hur mår du?"
    assert item.label.in_language("sv") == "Mood"
    assert item.label.languages == ("en",)


def test_a_text_in_a_language_it_does_not_have_is_that_of_the_first() -> None:
    assert Text((("sv", "Hej"), ("en", "Hello"))).in_language("da") == "Hej"


def test_an_extension_asks_its_raters_only_and_takes_no_other_words(tmp_path: Path) -> None:
    base = load_builtin("bip-11")
    short = load_builtin("bip-9-11")
    by_key = {item.key: item for item in base.items}
    for item in short.items:
        assert item.label == by_key[item.key].label
        assert item.form("caseworker") == by_key[item.key].form("caseworker")
        assert item.form("participant") in (None, by_key[item.key].form("participant"))
    assert short.missing_codes == base.missing_codes
    assert short.title != base.title


def test_an_extension_is_reviewed_only_where_what_it_extends_is(sample: Sample, edit: Edit) -> None:
    short = sample("extension").with_name("short") / "1.yaml"
    assert [language.status for language in load(short).languages] == ["reviewed"]
    edit(short.parent.with_name("mini") / "1.en.yaml", "status: reviewed", "status: provisional")
    assert [language.status for language in load(short).languages] == ["provisional"]


def test_an_extension_takes_the_languages_of_what_it_extends(sample: Sample) -> None:
    short = sample("extension").with_name("short")
    mini = short.with_name("mini")
    swedish = Path(__file__).parent / "corpus/valid/two_languages/mini/1.sv.yaml"
    (mini / "1.sv.yaml").write_bytes(swedish.read_bytes())
    instrument = load(short / "1.yaml")
    assert [language.tag for language in instrument.languages] == ["en", "sv"]
    assert instrument.title.in_language("sv") == "Short"
    assert instrument.items[0].label.in_language("sv") == "Humör"


def test_the_objects_are_frozen() -> None:
    instrument = load_builtin("bip-11")
    with pytest.raises(dataclasses.FrozenInstanceError):
        instrument.key = "other"  # type: ignore[misc]
    assert hash(instrument) == hash(load_builtin("bip-11"))


def test_the_shipped_instruments_are_named_with_their_versions() -> None:
    assert builtin_instruments() == (InstrumentId("bip-11", "1"), InstrumentId("bip-9-11", "1"))
    assert [str(known) for known in builtin_instruments()] == ["bip-11@1", "bip-9-11@1"]


def test_the_newest_version_is_loaded_unless_one_is_named() -> None:
    assert load_builtin("bip-11") == load_builtin("bip-11", "1")


@pytest.mark.parametrize(
    ("key", "version"), [("bip-12", None), ("bip-11", "99"), ("", None), ("../bip-11", "1")]
)
def test_an_unknown_instrument_is_refused_with_the_known_ones(key: str, version: str | None) -> None:
    with pytest.raises(InstrumentError, match="choose one of bip-11@1, bip-9-11@1"):
        load_builtin(key, version)


def test_a_folder_is_refused_with_the_file_to_name(sample: Sample) -> None:
    with pytest.raises(InstrumentError, match=r"this is a folder, not a file.*1\.yaml"):
        load(sample("smallest"))


def test_every_error_is_in_the_exception(sample: Sample, edit: Edit) -> None:
    folder = sample("smallest")
    edit(folder / "1.yaml", "key: mini", "key: maxi")
    edit(folder / "1.en.yaml", "title: Mini\n", "")
    with pytest.raises(InstrumentError) as refused:
        load(folder / "1.yaml")
    assert [finding.field for finding in refused.value.findings] == ["title", "key"]
    assert "Remedy: " in str(refused.value)

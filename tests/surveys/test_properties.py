"""What holds for any instrument: files and objects say the same, and no file brings the check down."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from surveys.load import load
from surveys.meaning import check
from surveys.model import canonical_json

CORPUS = Path(__file__).parent / "corpus"
STRUCTURE = (CORPUS / "valid/two_raters/mini/1.yaml").read_bytes()

CODES = {"dont_know": -1, "prefer_not_to_answer": -2, "could_not_observe": -3, "not_asked": -8, "skipped": -9}
RATERS = ["participant", "caseworker"]

words = st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=20).map(
    lambda text: f"a{text}z"
)
item_keys = st.from_regex(r"[a-z][a-z0-9_]{0,31}", fullmatch=True)
flags = st.booleans()


@st.composite
def scales(draw: st.DrawFn) -> dict[str, Any]:
    direction = draw(st.sampled_from(["higher_is_closer", "lower_is_closer"]))
    if draw(flags):
        lowest = draw(st.integers(0, 5))
        highest = lowest + draw(st.integers(1, 10))
        return {"kind": "steps", "lowest": lowest, "highest": highest, "direction": direction}
    low, high = sorted(draw(st.lists(st.floats(0, 1e6), min_size=2, max_size=2, unique=True)))
    return {"kind": "continuous", "lowest": low, "highest": high, "direction": direction}


@st.composite
def instruments(draw: st.DrawFn) -> dict[str, Any]:
    """A resolved instrument, as `to_json` gives it."""
    tags = draw(
        st.lists(st.sampled_from(["sv", "en", "da", "ar", "pt-BR"]), min_size=1, max_size=3, unique=True)
    )
    languages = [tags[0], *sorted(tags[1:])]

    def text() -> dict[str, str]:
        return {tag: draw(words) for tag in languages}

    def form(scale: dict[str, Any]) -> dict[str, Any]:
        low, high = scale["lowest"], scale["highest"]
        steps = range(low, high + 1) if scale["kind"] == "steps" else (low, high)
        # The step's own number keeps the words of two steps apart.
        worded = {json.dumps(step): {tag: f"{step} {word}" for tag, word in text().items()} for step in steps}
        return {"private": draw(flags), "alone": draw(flags), "question": text(), "steps": worded}

    def item(number: int, key: str) -> dict[str, Any]:
        scale = draw(scales())
        asked = draw(st.lists(st.sampled_from(RATERS), min_size=1, max_size=2, unique=True))
        return {
            "key": key,
            "number": number,
            "sensitive": draw(flags),
            "label": text(),
            "scale": scale,
            "raters": {rater: form(scale) for rater in asked},
        }

    keys = draw(st.lists(item_keys, min_size=1, max_size=3, unique=True))
    return {
        "key": "any",
        "version": str(draw(st.integers(1, 9999))),
        "status": draw(st.sampled_from(["provisional", "final"])),
        "first_language": languages[0],
        "languages": languages,
        "title": text(),
        "description": text(),
        "references": draw(st.lists(words, max_size=2)),
        "missing_codes": {
            str(code): {"key": key, "label": text(), "raters": RATERS} for key, code in CODES.items()
        },
        "items": [item(number, key) for number, key in enumerate(keys, 1)],
    }


def written(resolved: dict[str, Any], folder: Path) -> Path:
    """The instrument as files, as an author would write them."""
    yaml = YAML(typ="safe", pure=True)
    version = resolved["version"]
    structure = {
        **{field: resolved[field] for field in ("key", "status", "first_language", "references")},
        "version": int(version),
        "missing_codes": {
            code["key"]: {"code": int(number), "raters": list(code["raters"])}
            for number, code in resolved["missing_codes"].items()
        },
        "items": [
            {
                **{field: item[field] for field in ("key", "number", "sensitive", "scale")},
                "raters": {
                    rater: {mark: form[mark] for mark in ("private", "alone")}
                    for rater, form in item["raters"].items()
                },
            }
            for item in resolved["items"]
        ],
    }
    folder.mkdir()
    yaml.dump(structure, folder / f"{version}.yaml")
    for tag in resolved["languages"]:
        yaml.dump(in_one_language(resolved, tag), folder / f"{version}.{tag}.yaml")
    return folder / f"{version}.yaml"


def in_one_language(resolved: dict[str, Any], tag: str) -> dict[str, Any]:
    return {
        "language": tag,
        "status": "provisional",
        "title": resolved["title"][tag],
        "description": resolved["description"][tag],
        "missing_codes": {code["key"]: code["label"][tag] for code in resolved["missing_codes"].values()},
        "items": {
            item["key"]: {
                "label": item["label"][tag],
                **{
                    rater: {
                        "question": form["question"][tag],
                        "steps": {json.loads(step): text[tag] for step, text in form["steps"].items()},
                    }
                    for rater, form in item["raters"].items()
                },
            }
            for item in resolved["items"]
        },
    }


@settings(deadline=None, derandomize=True, max_examples=30)
@given(instruments())
def test_what_is_written_is_what_is_read(resolved: dict[str, Any]) -> None:
    with TemporaryDirectory() as folder:
        path = written(resolved, Path(folder) / "any")
        assert check(path.parent) == []
        instrument = load(path)
    assert instrument.to_json() == resolved
    assert json.loads(canonical_json(instrument)) == resolved


@settings(deadline=None, derandomize=True)
@given(st.binary(max_size=200))
def test_no_file_brings_the_check_down(content: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "1.yaml"
        path.write_bytes(content)
        assert check(path)


@settings(deadline=None, derandomize=True)
@given(
    st.integers(0, len(STRUCTURE) - 1), st.integers(0, 20), st.text("{}[]:-'\"&*!|>%@ \n\t#1a", max_size=3)
)
def test_no_slip_in_a_valid_file_brings_the_check_down(start: int, cut: int, slip: str) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "1.yaml"
        path.write_bytes(STRUCTURE[:start] + slip.encode() + STRUCTURE[start + cut :])
        for finding in check(path):
            assert finding.message
            assert finding.remedy

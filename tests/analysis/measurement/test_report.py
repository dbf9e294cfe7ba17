"""The report's part on measurement: what it says is what was estimated, in both languages."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.estimates.analysis import Found
from analysis.estimates.results import QUANTITIES
from analysis.report.measured import Measured, group_name, measured
from analysis.report.names import Names
from analysis.report.parts import Table
from analysis.report.words import LANGUAGES, Words, catalogue
from tests.analysis.measurement.support import instrument, one, rows_of
from tests.analysis.measurement.support import measured as look


@pytest.fixture(scope="module")
def found() -> Found:
    rows = rows_of(220)
    language = {r["response"]: r["language"] for r in rows["responses"]}
    for answer in rows["answers"]:
        if answer["item"] == "three" and language[answer["response"]] == "ar":
            answer["value"] = min(5.0, answer["value"] + 2.0)
    return look(rows)


def part(found: Found, language: str = "en") -> Measured:
    words = Words(language)
    made = measured(words, Names(words, (instrument(),)), found.estimates)
    assert made is not None
    return made


def table(made: Measured, name: str) -> Table:
    (one,) = (table for table in made.tables if table.name == f"measured-{name}")
    return one


def row(made: Measured, name: str, *first: str) -> dict[str, str]:
    """The row whose first cells are these, by column title (the last of two alike)."""
    shown = table(made, name)
    (cells,) = (cells for cells in shown.rows if cells[: len(first)] == first)
    return dict(zip((column.title for column in shown.columns), cells, strict=True))


def test_there_is_nothing_to_say_where_nothing_was_looked_at() -> None:
    words = Words("en")
    assert measured(words, Names(words, (instrument(),)), ()) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_rows_have_a_cell_a_column_and_tables_a_name_of_their_own(found: Found, language: str) -> None:
    made = part(found, language)
    assert len({table.name for table in made.tables}) == len(made.tables) == 11
    for shown in made.tables:
        assert shown.caption
        for cells in shown.rows:
            assert len(cells) == len(shown.columns)
            assert all(cells)


def test_cells_are_the_estimates(found: Found) -> None:
    made, words = part(found), Words("en")
    alpha = one(found, "alpha", rater="participant")
    assert alpha.estimate is not None
    assert row(made, "together", "Participants")["Alpha"] == words.decimal(alpha.estimate, 2)
    kappa = one(found, "agreement", indicator="two", group=None)
    assert kappa.estimate is not None
    shown = row(made, "agreement", "Two")
    assert shown["Weighted kappa"] == words.decimal(kappa.estimate, 2)
    assert shown["Occasions"] == "660"
    assert shown["Persons"] == "220"
    noise = one(found, "reliable_change", rater="caseworker", indicator="one", scale="steps")
    whole = one(found, "reliable_change", rater="caseworker", indicator="one", scale="whole_steps")
    assert noise.estimate is not None
    assert whole.estimate is not None
    shown = row(made, "noise-caseworker", "One")
    assert shown["Bound of reliable change, steps"] == words.decimal(noise.estimate, 2)
    assert shown["Whole steps beyond noise"] == words.whole(int(whole.estimate))
    median = one(found, "duration_median", rater="participant", group="mode:interview")
    assert median.estimate is not None
    assert row(made, "times", "Participants", "Interview")["Half took at most"] == words.decimal(
        median.estimate / 60, 1
    )
    retest = one(found, "retest", rater="participant", indicator=None, group="round:2")
    assert retest.estimate is not None
    shown = row(made, "retest", "Mean of the questions", "Participants", "1 to 2")
    assert shown["Intraclass correlation"] == words.decimal(retest.estimate, 2)


def test_sentences_say_it_in_words_first(found: Found) -> None:
    said = part(found).sentences
    assert said[0].startswith("Participants: the questions go together well (alpha 0.")
    assert any(s.startswith("Participants: on one question only a change of") for s in said)
    assert any(s.startswith("On the typical question participant and caseworker agree ") for s in said)
    assert any("works differently between languages: “Three”" in s for s in said)
    assert "Participants: no sign that a question works differently between ways of answering." in said


def test_a_poor_alpha_is_called_poor() -> None:
    rows = rows_of(60)
    rng = np.random.default_rng(1)
    for answer in rows["answers"]:
        answer["value"] = float(rng.integers(1, 6))
    assert part(look(rows)).sentences[0].startswith("Participants: the questions go together poorly")


def test_what_was_refused_stands_with_its_reason() -> None:
    rows = rows_of(60, rounds=1)
    made = part(look(rows))
    refused = {(cells[0], cells[2]) for cells in table(made, "refused").rows}
    assert ("nobody has a value in two rounds that follow each other", "Steadiness") in refused
    assert not [shown for shown in made.tables if shown.name.startswith("measured-noise")]


def test_no_number_of_a_hidden_group_is_shown() -> None:
    rows = rows_of(60)
    for response in rows["responses"]:
        if int(response["enrolment"][1:]) < 9:
            response["language"] = "so" if int(response["enrolment"][1:]) < 3 else "fi"
    made = part(look(rows))
    groups = {cells[0] for cells in table(made, "groups").rows}
    assert groups == {"Round 0", "Round 1", "Round 2", "Arabic", "Swedish"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_quantity_has_a_name(language: str) -> None:
    for quantity in QUANTITIES["measurement"]:
        assert f"measured.{quantity}" in catalogue(language)


def test_groups_by_name() -> None:
    words = Words("sv")
    assert group_name(words, "language:ar") == "Arabiska"
    assert group_name(words, "language:x-ours") == "x-ours"
    assert group_name(words, "mode:paper") == "Papper"

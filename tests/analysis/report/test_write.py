from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pyarrow as pa
import pytest

from analysis.dataset.findings import DatasetError
from analysis.dataset.instrument import Instrument
from analysis.dataset.study import Covariate, StudyDataset
from analysis.dataset.write import write
from analysis.estimates.reasons import Notice, reason
from analysis.estimates.results import Results
from analysis.report.words import Words
from analysis.report.write import write_report
from tests.analysis.report.examples import (
    HOSTILE,
    INDICATORS,
    MERGED,
    REASON,
    continuous,
    eleven,
    estimates,
    fits,
    results,
    study,
)

VOID = {"meta", "link", "img", "br", "input", "hr"}
JOBS = ("job_seek", "econ_hard", "depress1")


class Page(HTMLParser):
    """Elements as they are nested; a wrong end tag fails at once."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def attributes(self, name: str) -> list[str]:
        return [value or "" for _, attributes in self.found if (value := attributes.get(name)) is not None]

    def tags(self, *names: str) -> list[str]:
        return [tag for tag, _ in self.found if tag in names]


def made(tmp_path: Path, dataset: StudyDataset, shown: Results, name: str = "report.html") -> str:
    path = tmp_path / name
    write_report(dataset, shown, fits(), path)
    return path.read_text(encoding="utf-8")


def without_plotly(text: str) -> str:
    """The page without the library, whose source is not ours to judge."""
    return re.sub(r"<script>/\*\*?\s*\* plotly\.js.*?</script>", "", text, flags=re.DOTALL)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    shown = results(estimates(INDICATORS), warnings=(MERGED,))
    return made(tmp_path_factory.mktemp("report"), study(eleven()), shown)


CASES = {
    "eleven": (eleven, results(estimates(INDICATORS))),
    "few refused": (eleven, results(estimates(INDICATORS, refused=("adjusted",)))),
    "all refused": (eleven, results(estimates(INDICATORS, refused=("alone", "adjusted")))),
    "both analyses": (
        eleven,
        results([*estimates(INDICATORS), *estimates(INDICATORS, analysis="job_hazard_level")]),
    ),
    "one round": (continuous, results(estimates(JOBS, analysis="job_hazard_level", raters=("participant",)))),
    "nothing": (eleven, results([])),
}


@pytest.mark.parametrize("case", CASES)
def test_every_study_gives_a_sound_page(case: str, tmp_path: Path) -> None:
    instrument, shown = CASES[case]
    text = without_plotly(made(tmp_path, study(instrument(), rounds=1), shown))
    parsed = Page(text)
    assert max(Counter(parsed.attributes("id")).values()) == 1
    assert parsed.tags("h1") == ["h1", "h1"]
    levels = [int(tag[1]) for tag in parsed.tags("h1", "h2", "h3", "h4", "h5", "h6")]
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert "{{" not in text
    assert "None" not in re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL)


def test_links_within_the_page_lead_somewhere(page: str) -> None:
    parsed = Page(without_plotly(page))
    targets = {link[1:] for link in parsed.attributes("href") if link.startswith("#")}
    assert targets <= set(parsed.attributes("id"))
    assert set(parsed.attributes("aria-labelledby")) <= set(parsed.attributes("id"))


def test_nothing_is_fetched_from_elsewhere(page: str) -> None:
    parsed = Page(without_plotly(page))
    assert parsed.attributes("src") == []
    assert [link for link in parsed.attributes("href") if not link.startswith("#")] == ["data:,"]
    assert "url(" not in re.findall(r"<style>.*?</style>", page, flags=re.DOTALL)[0]
    assert "plotly.js v" in page


def test_the_same_input_gives_the_same_bytes(tmp_path: Path, page: str) -> None:
    again = made(tmp_path, study(eleven()), results(estimates(INDICATORS), warnings=(MERGED,)), "again.html")
    assert again == page


def test_a_folder_gives_the_same_report_as_the_dataset_in_memory(tmp_path: Path) -> None:
    dataset, shown = study(eleven()), results(estimates(INDICATORS))
    write(dataset, tmp_path / "study")
    write_report(tmp_path / "study", shown, fits(), tmp_path / "folder.html")
    assert (tmp_path / "folder.html").read_text(encoding="utf-8") == made(tmp_path, dataset, shown)


def test_a_folder_that_is_none_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="is not a folder"):
        write_report(tmp_path / "nowhere", results([]), (), tmp_path / "report.html")
    assert not (tmp_path / "report.html").exists()


def test_both_languages_stand_in_the_file_swedish_first(page: str) -> None:
    articles = re.findall(r'<article id="(\w+)" lang="(\w+)"', page)
    assert articles == [("sv", "sv"), ("en", "en")]
    assert page.index("Svaret i fem meningar") < page.index("The answer in five sentences")
    assert "Rapport: En studie" in page
    assert "utgåva 1" in page


def test_sections_come_in_the_order_of_reading(page: str) -> None:
    order = re.findall(r'<h2 id="en-(\w+)"', page)
    assert order == [
        "answer",
        "asked",
        "detectable",
        "estimates",
        "distributions",
        "method",
        "limits",
        "refusals",
        "manifest",
    ]


def test_every_picture_has_its_data_and_its_table(page: str) -> None:
    figures = re.findall(r"<figure id=.*?</figure>", page, flags=re.DOTALL)
    # Two raters x (eleven indicators + level + change), in two languages.
    assert len(figures) == 2 * 2 * 13
    for figure in figures:
        assert 'role="img" aria-label="' in figure
        assert "<figcaption>" in figure
        assert '<script type="application/json"' in figure
        assert "<table>" in figure


def test_the_detectable_effect_is_told_before_the_estimates(page: str) -> None:
    article = page[page.index('<article id="en"') :]
    assert (
        "Participants, level, adjusted: 0.39 percentage points a step; 0.52 after the correction for many "
        "questions."
    ) in article
    assert "Level, adjusted, after the correction for many questions</th>" in article
    # Alone, adjusted and adjusted with the correction for eleven questions, of level and of change.
    cells = [f'<td class="number">{size}</td>' for size in ("0.39", "0.39", "0.52", "0.56", "0.56", "0.74")]
    assert "".join(cells) in article
    assert article.index("Smallest association found") < article.index("Level: participants</figcaption>")


def test_refusals_and_warnings_are_shown_in_words(tmp_path: Path, page: str) -> None:
    refused = made(tmp_path, study(eleven()), results(estimates(INDICATORS, refused=("adjusted",))), "r.html")
    for language in ("sv", "en"):
        said = Words(language).reason(REASON)
        # One row a rater, and one an estimate in the folded list.
        assert refused.count(said) == 2 + 42
        assert said not in page
    assert "is merged into &#39;b&#39;. Concerns: Caseworkers, adjusted, level at" in page
    assert "slås ihop med ”b”. Gäller: Handläggare, " in page


def test_few_events_are_marked_beside_the_number(tmp_path: Path) -> None:
    path = tmp_path / "few.html"
    write_report(study(eleven()), results(estimates(INDICATORS)), fits(few_events=True), path)
    text = path.read_text(encoding="utf-8")
    # Adjusted estimates of both quantities and raters, and the two fits.
    assert text.count("Few jobs a coefficient, read with care") == 2 * (11 + 10) + 2


def test_the_level_at_the_round_is_folded_behind_the_joint_model(tmp_path: Path) -> None:
    both = [*estimates(INDICATORS), *estimates(INDICATORS, analysis="job_hazard_level")]
    text = made(tmp_path, study(eleven()), results(both))
    article = text[text.index('<article id="en"') :]
    summary = article.index("<summary>Also estimated: level at the round itself</summary>")
    assert article.index('id="en-forest-job_hazard-participant-change"') < summary
    assert summary < article.index('id="en-forest-job_hazard_level-participant-level"')


def test_no_constant_and_no_small_group_is_shown(tmp_path: Path, page: str) -> None:
    assert "ntercept" not in without_plotly(page)
    few = [replace(e, n_events=3) for e in estimates(INDICATORS, refused=("alone", "adjusted"))]
    text = made(tmp_path, study(eleven(), persons=3), results(few), "few.html")
    article = text[text.index('<article id="en"') :]
    assert "The study has fewer than 5 persons" in article
    assert "No round has enough answers to be shown: About job search, " in article
    assert "Base: all" not in article


def english(text: str) -> str:
    return text[text.index('<article id="en"') :]


def test_what_a_job_means_stands_right_under_the_heading(tmp_path: Path) -> None:
    shown = results(estimates(INDICATORS))
    studies = replace(shown, manifest=replace(shown.manifest, outcome_kinds=("study",)))
    text = made(tmp_path, study(eleven()), studies)
    assert (
        '<h2 id="en-answer">The answer in five sentences</h2>\n<p>In this report a job means: study.</p>'
        in text
    )
    assert "<p>Med jobb menas i den här rapporten: studier.</p>" in text
    assert "<dt>Outcome, called a job</dt><dd>study within 91 days after the answers</dd>" in text
    assert "has not begun to study where study is not the outcome" in text


def test_nothing_is_promised_that_is_not_so(page: str) -> None:
    text = without_plotly(page)
    for untrue in ("printed nowhere", "nor constants", "skrivs inte ut någonstans", "inga konstanter"):
        assert untrue not in text
    for untrue in ("Jobs a question", "jobs a question", "obb per fråga"):
        assert untrue not in text
    assert "on the same kind of machine, byte for byte" in text
    assert "på samma slags maskin, byte för byte" in text
    assert text.count("must not be used for it") == 2
    assert text.count("får inte användas till det") == 2


def test_fits_are_told_in_words_and_with_three_decimals(tmp_path: Path, page: str) -> None:
    table = english(page)[english(page).index('id="en-fits-caption"') :]
    assert "−800.500<" in table
    assert "job_hazard<" not in table
    assert '<td class="wide">Level at the previous round and change since then</td>' in table
    assert '<td class="number">7.8</td>' in table
    path = tmp_path / "few.html"
    few = [replace(fit, n_events=3, events_per_term=1.5) for fit in fits()]
    write_report(study(eleven()), results(estimates(INDICATORS)), few, path)
    assert '<td class="number">1.5</td>' not in path.read_text(encoding="utf-8")


def test_refusals_are_grouped_by_reason(tmp_path: Path) -> None:
    shown = results(estimates(INDICATORS, refused=("adjusted",)))
    text = english(made(tmp_path, study(eleven()), shown))
    table = text[text.index('id="en-refused-caption"') : text.index('id="en-refused-all-caption"')]
    assert table.count("<tr>") == 1 + 2
    # Many are counted, and named in the table of all.
    assert '<td class="number">11</td><td class="wide">–</td>' in table
    assert '<td class="number">10</td><td class="wide">–</td>' in table
    assert "Every refused estimate of level and change</summary>" in table
    assert "About cooperation" in text[text.index('id="en-refused-all-caption"') :]


def test_refusals_of_closer_looks_alone_are_told(tmp_path: Path) -> None:
    why = reason("few_clusters", clusters=3)
    closer = [
        replace(e, key=replace(e.key, analysis="job_hazard_linear"), refused=why)
        for e in estimates(INDICATORS, refused=("adjusted",))
        if e.refused is not None
    ]
    text = english(made(tmp_path, study(eleven()), results([*estimates(INDICATORS), *closer])))
    table = text[text.index('id="en-refused-caption"') :]
    assert "3 clusters" in table[: table.index("</table>")]
    assert "Every refused estimate" not in text


def test_merged_categories_are_named_in_words(tmp_path: Path) -> None:
    merged = Notice(
        reason("merged", covariate="education", category="none", into="compulsory"), MERGED.models
    )
    text = made(tmp_path, study(eleven()), results(estimates(INDICATORS), warnings=(merged,)))
    assert "Education: the category &#39;None&#39;" in text
    assert "is merged into &#39;Compulsory school&#39;" in text
    assert "Utbildning: kategorin ”Ingen”" in text
    assert "slås ihop med ”Grundskola”" in text


def test_covariates_with_commas_are_parted_by_semicolons(tmp_path: Path) -> None:
    own = Covariate("months", "number", "Months on support, at start")
    dataset = study(eleven())
    tables = dict(dataset.tables)
    tables["persons"] = tables["persons"].append_column("months", pa.array([1.0] * 60))
    dataset = StudyDataset(dataset.study, dataset.instruments, tables, (own,))
    shown = results(estimates(INDICATORS))
    shown = replace(shown, manifest=replace(shown.manifest, covariates=("sex", "months", "round")))
    assert "background: sex; months on support, at start; round." in made(tmp_path, dataset, shown)


def test_what_is_not_there_is_called_none(page: str) -> None:
    for name, value in (("Random seed", "none"), ("Analysis plan", "none")):
        assert f'<th scope="row">{name}</th><td>{value}</td>' in page
    for name, value in (("Slumpfrö", "inget"), ("Analysplan", "ingen")):
        assert f'<th scope="row">{name}</th><td>{value}</td>' in page


def hostile_study() -> StudyDataset:
    instrument = eleven()
    items = [item.model_copy(update={"label": {"sv": HOSTILE, "en": HOSTILE}}) for item in instrument.items]
    changed = Instrument.model_validate({**instrument.model_dump(), "items": items})
    dataset = study(changed, title=HOSTILE)
    hostile = replace(dataset.study, release=HOSTILE, created_by=HOSTILE, disclosure=HOSTILE)
    tables = dict(dataset.tables)
    for name in ("persons", "enrolments"):
        at = tables[name].schema.get_field_index("organisation")
        column = pa.array([HOSTILE] * tables[name].num_rows)
        tables[name] = tables[name].set_column(at, "organisation", column)
    return StudyDataset(hostile, (changed,), tables)


def test_what_the_data_say_is_text_and_never_markup(tmp_path: Path) -> None:
    notice = Notice(MERGED.reason, (replace(MERGED.models[0], indicator=HOSTILE),))
    shown = results(estimates(INDICATORS, refused=("adjusted",)), warnings=(notice,))
    why = reason("all_constant", names=HOSTILE)
    refused = tuple(replace(e, refused=why) if e.refused else e for e in shown.estimates)
    text = made(tmp_path, hostile_study(), replace(shown, estimates=refused))
    assert HOSTILE not in text
    parsed = Page(without_plotly(text))
    assert parsed.tags("img") == []
    assert parsed.attributes("onerror") == []
    assert "alert(1)" in text

"""`bip export` from the outside: a study of the database or a folder becomes a dataset."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from analysis.dataset.check import check
from analysis.dataset.instrument import Instrument
from analysis.dataset.write import write
from analysis.simulate.generate import simulate
from analysis.simulate.scenarios import SCENARIOS
from bip.export_command import dataset_sha256, export
from bip.settings import Settings
from bip.store.audit import AuditEvent
from bip.store.lists import Rater
from bip.store.session import Store
from surveys.load import load_builtin
from tests.bip.research.building import build


@pytest.fixture
def study(settings: Settings) -> str:
    """A study of one person who rated, and was rated, on the first day and whose second round is missed."""
    store = Store(settings.database_url)
    with store.writing() as session:
        built = build(session)
        enrolment = built.enrol(withdrawn_on=None)
        built.both(enrolment, 0, 0)
        built.respond(enrolment, Rater.CASEWORKER, -2, number=1)
    store.close()
    return str(built.study.id)


def run(settings: Settings, *arguments: str | Path) -> Result:
    return CliRunner().invoke(export, [str(a) for a in arguments], env=settings.as_environment())


def test_a_study_by_its_name_or_its_id(settings: Settings, study: str, tmp_path: Path) -> None:
    by_name, by_id = (run(settings, name, tmp_path / name) for name in ("Ways to work", study))
    for result, name in ((by_name, "Ways to work"), (by_id, study)):
        assert result.exit_code == 0, result.output
        assert "1 person, 1 enrolment, " in result.output
        assert f"sha256:   {dataset_sha256(tmp_path / name)}\n" in result.output
        assert check(tmp_path / name) == []
    store = Store(settings.database_url)
    with store.reading() as session:
        events = session.scalars(select(AuditEvent).where(AuditEvent.kind == "study_exported")).all()
    store.close()
    sha256 = dataset_sha256(tmp_path / study)
    assert [event.details for event in events] == [{"study": study, "dataset_sha256": sha256}] * 2


def test_what_is_left_out_is_said(settings: Settings, study: str, tmp_path: Path) -> None:
    result = run(settings, study, tmp_path / "out")
    assert "1 row left out" in result.output


def test_a_folder_is_written_anew(settings: Settings, tmp_path: Path) -> None:
    instrument = Instrument.model_validate(load_builtin("bip-11").to_json())
    dataset = simulate(SCENARIOS["small"], persons=9, rounds=2, seed=1, instrument=instrument)
    write(dataset, tmp_path / "split", partitioned=True, truth="[]")
    write(dataset, tmp_path / "whole", truth="[]")
    result = run(settings, tmp_path / "split", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert "9 persons, " in result.output
    names = sorted(str(p.relative_to(tmp_path / "out")) for p in (tmp_path / "out").rglob("*") if p.is_file())
    assert [(tmp_path / "out" / n).read_bytes() for n in names] == [
        (tmp_path / "whole" / n).read_bytes() for n in names
    ]
    assert "truth.json" in names


def test_a_file_that_is_no_dataset(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("x")
    result = run(settings, tmp_path / "notes.txt", tmp_path / "out")
    assert result.exit_code == 2
    assert "notes.txt is not a folder" in result.output
    assert not (tmp_path / "out").exists()


def test_an_unknown_study_says_which_there_are(settings: Settings, study: str, tmp_path: Path) -> None:
    result = run(settings, "Ways to wrok", tmp_path / "out")
    assert result.exit_code == 2
    assert "there is neither a folder nor a study of this name" in result.output
    assert f"{study}  Ways to work" in result.output


def test_one_name_in_two_organisations(settings: Settings, study: str, tmp_path: Path) -> None:
    store = Store(settings.database_url)
    with store.writing() as session:
        other = build(session)
    store.close()
    doubtful = run(settings, "Ways to work", tmp_path / "out")
    assert doubtful.exit_code == 2
    assert "several studies of this name" in doubtful.output
    named = run(settings, "Ways to work", tmp_path / "out", "--organisation", other.organisation.name)
    assert named.exit_code == 0, named.output
    assert "0 persons, 0 enrolments, 0 responses" in named.output
    nowhere = run(settings, "Ways to work", tmp_path / "more", "--organisation", "Nowhere")
    assert nowhere.exit_code == 2
    assert "none of this name in Nowhere" in nowhere.output


def test_a_folder_with_something_in_it_is_let_be(settings: Settings, study: str, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("x")
    result = run(settings, study, tmp_path / "mine")
    assert result.exit_code == 2
    assert "the folder is not empty" in result.output
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["notes.txt"]


def test_without_settings_only_folders_can_be_exported(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("SECRET_KEY", "IDENTITY_KEY", "DATABASE_URL"):
        monkeypatch.delenv(f"BIP_{name}", raising=False)
    result = CliRunner().invoke(export, ["Ways to work", str(tmp_path / "out")])
    assert result.exit_code == 2
    assert "there is no folder Ways to work" in result.output
    assert "BIP_DATABASE_URL: is not set" in result.output

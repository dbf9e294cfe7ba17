"""Both databases, the same rows: the same dataset, byte for byte."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import insert, select

from analysis.dataset.write import write
from bip.store.lists import Rater
from bip.store.session import Store
from bip.store.tables import METADATA
from tests.bip import rows
from tests.bip.research.building import build, export, on


def test_postgresql_gives_the_same_dataset(store: Store, on_postgresql: str, tmp_path: Path) -> None:
    with store.writing() as session:
        built = build(session)
        enrolment = built.enrol(withdrawn_on=on(200))
        built.both(enrolment, 0, 3)
        built.respond(enrolment, Rater.PARTICIPANT, None, number=1, items=5)
        built.respond(enrolment, Rater.PARTICIPANT, 183, number=2)
        rows.event(session, enrolment, happened_on=on(90), hours_per_week=12.5)
        rows.activity_spell(session, enrolment, end_on=on(40))
        rows.exit_(session, enrolment, left_on=on(199))
    other = Store(on_postgresql)
    with store.reading() as session, other.writing() as target:
        for table in METADATA.sorted_tables:
            if copied := [dict(row) for row in session.execute(select(table)).mappings()]:
                target.execute(insert(table), copied)
    for name, one in (("sqlite", store), ("postgresql", other)):
        write(export(one, built.study.id, 190).dataset, tmp_path / name)
    other.close()
    first, second = (tmp_path / name for name in ("sqlite", "postgresql"))
    files = sorted(path.relative_to(first) for path in first.rglob("*.*"))
    assert len(files) == 15
    for file in files:
        assert (first / file).read_bytes() == (second / file).read_bytes(), file

"""Whatever happened to the files, the finding says so; there is never a traceback."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analysis.dataset import declared
from analysis.dataset.check import check
from analysis.dataset.findings import DatasetError
from analysis.dataset.open import open_study
from analysis.dataset.read import read

Damage = Callable[[Path], object]
PACKAGE = "datapackage.json"
INSTRUMENT = "instruments/tiny-1.json"
partitioned = pytest.mark.parametrize("folder", [True], indirect=True)


def described(change: Callable[[dict[str, Any]], object]) -> Damage:
    """`datapackage.json` after `change`."""

    def damage(folder: Path) -> None:
        package = json.loads((folder / PACKAGE).read_text())
        change(package)
        (folder / PACKAGE).write_text(json.dumps(package))

    return damage


def resource(name: str, **values: object) -> Damage:
    return described(
        lambda package: next(r for r in package["resources"] if r["name"] == name).update(values)
    )


def without(name: str) -> Damage:
    def change(package: dict[str, Any]) -> None:
        package["resources"] = [r for r in package["resources"] if r["name"] != name]

    return described(change)


def replaced(path: str, content: bytes) -> Damage:
    """Another file under the same name, with its hash as if it had always been so."""

    def damage(folder: Path) -> None:
        (folder / path).write_bytes(content)
        rehash(folder)

    return damage


def rehash(folder: Path) -> None:
    def change(package: dict[str, Any]) -> None:
        for one in package["resources"]:
            paths = [one["path"]] if isinstance(one["path"], str) else one["path"]
            contents = [(folder / path).read_bytes() for path in paths]
            one["hash"] = "sha256:" + hashlib.sha256(b"".join(contents)).hexdigest()
            if "bip:hashes" in one:
                one["bip:hashes"] = ["sha256:" + hashlib.sha256(content).hexdigest() for content in contents]

    described(change)(folder)


def table(name: str, change: Callable[[pa.Table], pa.Table]) -> Damage:
    """Another Parquet table of rows and columns, honestly described."""

    def damage(folder: Path) -> None:
        path = folder / f"{name}.parquet"
        pq.write_table(change(pq.ParquetFile(path).read()), path)
        rehash(folder)

    return damage


def cast(name: str, column: str, kind: pa.DataType) -> Damage:
    def change(made: pa.Table) -> pa.Table:
        at = made.column_names.index(column)
        return made.set_column(at, column, made[column].cast(kind))

    return table(name, change)


def truncated(folder: Path) -> None:
    content = (folder / "answers.parquet").read_bytes()
    replaced("answers.parquet", content[: len(content) // 2])(folder)


def scrambled(folder: Path) -> None:
    """The footer is whole, the values are not."""
    content = bytearray((folder / "answers.parquet").read_bytes())
    content[40:120] = bytes(80)
    replaced("answers.parquet", bytes(content))(folder)


def not_utf8(folder: Path) -> None:
    """A text column whose bytes are no text."""
    made = pa.table({"organisation": pa.array([b"\xff\xfe"]).cast(pa.binary()), "country": ["SE"]})
    broken = pa.StringArray.from_buffers(1, *made["organisation"].chunk(0).buffers()[1:])
    pq.write_table(made.set_column(0, "organisation", broken), folder / "organisations.parquet")
    rehash(folder)


def linked_out(folder: Path) -> None:
    outside = folder.parent / "outside.parquet"
    shutil.move(folder / "steps.parquet", outside)
    (folder / "steps.parquet").symlink_to(outside)


def looped(folder: Path) -> None:
    (folder / "steps.parquet").unlink()
    (folder / "steps.parquet").symlink_to("steps.parquet")


def removed(path: str) -> Damage:
    return lambda folder: (folder / path).unlink()


def instrument(change: Callable[[dict[str, Any]], object]) -> Damage:
    def damage(folder: Path) -> None:
        content = json.loads((folder / INSTRUMENT).read_text())
        change(content)
        replaced(INSTRUMENT, json.dumps(content).encode())(folder)

    return damage


def scale(**bounds: object) -> Damage:
    return instrument(lambda content: content["items"][0]["scale"].update(bounds))


SHA = "sha256:" + "0" * 64
DAMAGES: dict[str, tuple[Damage, str, str, str]] = {
    # what happened: the damage, then rule, table and words of the finding
    "no description": (removed(PACKAGE), "package", PACKAGE, "has no datapackage.json"),
    "not JSON": (lambda f: (f / PACKAGE).write_text("{"), "package", PACKAGE, "not JSON"),
    "not UTF-8": (lambda f: (f / PACKAGE).write_bytes(b'{"a": "\xe5"}'), "package", PACKAGE, "not UTF-8"),
    "a list": (lambda f: (f / PACKAGE).write_text("[]"), "package", PACKAGE, "should hold fields of its own"),
    "no version": (
        described(lambda p: p.pop("bip:format_version")),
        "package",
        PACKAGE,
        "bip:format_version",
    ),
    "a later version": (
        described(lambda p: p.update({"bip:format_version": 7, "resources": "elsewhere"})),
        "format-version",
        PACKAGE,
        "bip:format_version is 7; this program reads version 1",
    ),
    "a wrong type": (
        described(lambda p: p.update({"bip:interval_days": "soon"})),
        "package",
        PACKAGE,
        "bip:interval_days: should be a whole number",
    ),
    "no interval": (described(lambda p: p.update({"bip:interval_days": 0})), "package", PACKAGE, "interval"),
    "no resources": (
        described(lambda p: p.pop("resources")),
        "package",
        PACKAGE,
        "resources: the field is missing",
    ),
    "a table not described": (without("steps"), "package", PACKAGE, "no resource for the table 'steps'"),
    "a table described twice": (
        described(lambda p: p["resources"].append(p["resources"][0])),
        "package",
        PACKAGE,
        "'organisations' is there more than once",
    ),
    "a column not described": (
        resource("steps", schema={"fields": [{"name": "enrolment", "type": "string"}]}),
        "package",
        PACKAGE,
        "resources.steps.schema.fields: kind must be described, as string",
    ),
    "a column described wrongly": (
        described(lambda p: p["resources"][0]["schema"]["fields"][0].update({"type": "integer"})),
        "package",
        PACKAGE,
        "organisation must be described, as string",
    ),
    "no files": (resource("steps", path=[]), "package", PACKAGE, "path names no file"),
    "a hash that is none": (resource("steps", hash="md5:1"), "package", PACKAGE, "hash"),
    "no hash": (resource("steps", hash=None), "package", PACKAGE, "hash"),
    "too many hashes": (
        resource("steps", **{"bip:hashes": [SHA, SHA]}),
        "package",
        PACKAGE,
        "bip:hashes has 2 entries for 1 files",
    ),
    "too few hashes": (
        resource("steps", path=["steps.parquet", "exits.parquet"], **{"bip:hashes": [SHA]}),
        "package",
        PACKAGE,
        "bip:hashes has 1 entries for 2 files",
    ),
    "another hash": (resource("steps", hash=SHA), "file-changed", "steps", "steps.parquet is not what"),
    "a changed file": (
        lambda f: (f / "steps.parquet").write_bytes(b"x"),
        "file-changed",
        "steps",
        "SHA-256 differs",
    ),
    "a missing file": (removed("steps.parquet"), "file-missing", "steps", "steps.parquet is missing"),
    "a missing instrument": (removed(INSTRUMENT), "file-missing", "instrument-tiny-1", "is missing"),
    "a path upwards": (resource("steps", path="x/../../y"), "file-path", "steps", "not a path within"),
    "an absolute path": (resource("steps", path="/etc/hostname"), "file-path", "steps", "not a path within"),
    "a path with a zero byte": (resource("steps", path="a\0b"), "file-missing", "steps", "cannot be found"),
    "a path that is too long": (
        resource("steps", path="a" * 999),
        "file-missing",
        "steps",
        "cannot be found",
    ),
    "a path that is a folder": (resource("steps", path="instruments"), "file-missing", "steps", "is missing"),
    "a link out of the folder": (linked_out, "file-path", "steps", "a link that leaves"),
    "a link to itself": (looped, "file-missing", "steps", "cannot be found"),
    "half a table": (truncated, "file-unreadable", "answers", "cannot be read as Parquet"),
    "a table with broken pages": (scrambled, "file-unreadable", "answers", "cannot be read as Parquet"),
    "a text file": (replaced("steps.parquet", b"enrolment,kind\n"), "file-unreadable", "steps", "as Parquet"),
    "an empty file": (replaced("steps.parquet", b""), "file-unreadable", "steps", "as Parquet"),
    "bytes that are no text": (not_utf8, "file-unreadable", "organisations", "as Parquet"),
    "a column less": (
        table("steps", lambda made: made.drop_columns(["kind"])),
        "columns",
        "steps",
        "the column kind is missing",
    ),
    "a column more": (
        table("steps", lambda made: made.append_column("note", pa.array(["x"]))),
        "columns",
        "steps",
        "the column note is not part of the contract",
    ),
    "a column twice": (
        table("steps", lambda made: made.append_column("day", made["day"])),
        "columns",
        "steps",
        "the column day is there more than once",
    ),
    "columns in another order": (
        table("steps", lambda made: made.select(["day", "kind", "enrolment"])),
        "columns",
        "steps",
        "another order: day, kind, enrolment",
    ),
    "smaller integers": (cast("steps", "day", pa.int32()), "types", "steps", "day is int32, not int64"),
    "timestamps": (cast("steps", "day", pa.timestamp("us")), "types", "steps", "day is timestamp[us]"),
    "large strings": (cast("steps", "kind", pa.large_string()), "types", "steps", "kind is large_string"),
    "dictionaries": (
        cast("steps", "kind", pa.dictionary(pa.int32(), pa.string())),
        "types",
        "steps",
        "kind is dictionary",
    ),
    "an instrument that is no JSON": (replaced(INSTRUMENT, b"{"), "instrument", "instrument-tiny-1", "JSON"),
    "an instrument without items": (
        instrument(lambda content: content.pop("items")),
        "instrument",
        "instrument-tiny-1",
        f"{INSTRUMENT}: items: the field is missing",
    ),
    "a scale without end": (scale(highest=float("inf")), "instrument", "instrument-tiny-1", "finite number"),
    "a scale beyond numbers": (scale(highest=10**400), "instrument", "instrument-tiny-1", "finite number"),
    "a scale upside down": (scale(lowest=6), "scale-order", "instrument tiny@1", "job_search ends below"),
    "a scale over the codes": (scale(lowest=-3), "codes-collide", "instrument tiny@1", "scale of job_search"),
    "an item twice": (
        instrument(lambda content: content["items"].append(content["items"][0])),
        "item-unique",
        "instrument tiny@1",
        "the item job_search is there twice",
    ),
}


@pytest.mark.parametrize(("damage", "rule", "name", "words"), DAMAGES.values(), ids=DAMAGES)
def test_damage_is_named(folder: Path, damage: Damage, rule: str, name: str, words: str) -> None:
    damage(folder)
    findings = check(folder)
    assert {(f.rule, f.table) for f in findings} == {(rule, name)}
    assert words in findings[0].message
    assert all(str(f).startswith(f"{name}: ") and f.remedy for f in findings)


@pytest.mark.parametrize("name", ["half a table", "a text file", "smaller integers", "a link to itself"])
def test_nobody_can_work_with_a_damaged_dataset(folder: Path, name: str) -> None:
    damage, rule, *_ = DAMAGES[name]
    damage(folder)
    with pytest.raises(DatasetError) as refused:
        read(folder)
    with pytest.raises(DatasetError) as unopened, open_study(folder):
        pass
    assert [f.rule for f in refused.value.findings] == [rule]
    assert refused.value.findings == unopened.value.findings


def test_a_table_whose_pages_are_broken_is_not_read(folder: Path) -> None:
    scrambled(folder)
    with pytest.raises(DatasetError, match="cannot be read as Parquet"):
        read(folder)


def test_a_folder_that_is_a_file_or_not_there_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for name in ("file", "nothing", "file/below"):
        (finding,) = check(tmp_path / name)
        assert finding.rule == "package"
        assert finding.message == f"{tmp_path / name} is not a folder"


def test_a_description_that_is_a_folder_is_named(folder: Path) -> None:
    (folder / PACKAGE).unlink()
    (folder / PACKAGE).mkdir()
    assert [f.rule for f in check(folder)] == ["package"]


def test_files_that_nobody_reads_as_a_table_are_let_be(folder: Path) -> None:
    (folder / "truth.json").write_text("{}")
    (folder / "README.txt").write_text("hello")
    (folder / "instruments" / "note.txt").write_text("hello")
    assert check(folder) == []


def test_parquet_files_that_are_not_described_are_named(folder: Path) -> None:
    shutil.copy(folder / "answers.parquet", folder / "answers-2.parquet")
    (folder / "answers").mkdir()
    shutil.copy(folder / "answers.parquet", folder / "answers" / "part.PARQUET")
    (finding,) = check(folder)
    assert (finding.rule, finding.where, finding.count) == (
        "file-undeclared",
        ("answers-2.parquet", "answers/part.PARQUET"),
        2,
    )


@partitioned
def test_a_further_file_in_a_table_s_folder_is_named(folder: Path) -> None:
    home = folder / "answers" / "organisation=north"
    shutil.copy(home / "part-0.parquet", home / "part-1.parquet")
    (home / "data").write_bytes((home / "part-0.parquet").read_bytes())
    (home / ".hidden").write_text("no reader takes it")
    (finding,) = check(folder)
    assert finding.rule == "file-undeclared"
    assert finding.where == (
        "answers/organisation=north/data",
        "answers/organisation=north/part-1.parquet",
    )
    assert "[file-undeclared] (2 places)" in str(finding)


def test_a_described_file_that_is_neither_table_nor_instrument_only_has_a_hash(folder: Path) -> None:
    (folder / "codebook.xml").write_text("<x/>")
    described(lambda p: p["resources"].append({"name": "codebook", "path": "codebook.xml", "hash": SHA}))(
        folder
    )
    assert [(f.rule, f.table) for f in check(folder)] == [("file-changed", "codebook")]
    rehash(folder)
    assert check(folder) == []


@partitioned
def test_the_file_of_a_partition_that_changed_is_named(folder: Path) -> None:
    (folder / "steps/organisation=south/part-0.parquet").write_bytes(b"x")
    (finding,) = check(folder)
    assert finding.rule == "file-changed"
    assert finding.message.startswith("steps/organisation=south/part-0.parquet is not what")


@partitioned
def test_a_joint_hash_that_is_wrong_is_named(folder: Path) -> None:
    resource("steps", hash=SHA)(folder)
    (finding,) = check(folder)
    assert (finding.rule, finding.table) == ("file-changed", "steps")


@partitioned
def test_one_joint_hash_is_enough(folder: Path) -> None:
    described(lambda package: [r.pop("bip:hashes", None) for r in package["resources"]])(folder)
    assert check(folder) == []


@partitioned
@pytest.mark.parametrize("name", ["persons", "enrolments", "rounds", "answers"])
def test_rows_in_the_file_of_another_organisation_are_named(folder: Path, name: str) -> None:
    north, south = (folder / name / f"organisation={o}/part-0.parquet" for o in ("north", "south"))
    pq.write_table(
        pa.concat_tables([pq.ParquetFile(path).read() for path in (north, south)]), folder / "both.parquet"
    )
    pq.write_table(pq.ParquetFile(south).read().slice(0, 0), south)
    (folder / "both.parquet").replace(north)
    rehash(folder)
    (finding,) = check(folder)
    assert (finding.rule, finding.table) == ("partition", name)
    assert finding.message == f"{name}/organisation=north/part-0.parquet holds rows of another organisation"
    assert finding.count == {"persons": 1, "enrolments": 1, "rounds": 2, "answers": 12}[name]


@partitioned
def test_a_file_outside_the_organisations_folders_is_named(folder: Path) -> None:
    (folder / "steps/organisation=north/part-0.parquet").replace(folder / "steps/a.parquet")
    resource("steps", path=["steps/a.parquet", "steps/organisation=south/part-0.parquet"])(folder)
    (finding,) = check(folder)
    assert (finding.rule, finding.table) == ("partition", "steps")
    assert finding.message == "steps/a.parquet does not lie in a folder organisation=<id>"


@partitioned
def test_partitions_that_differ_in_type_are_named(folder: Path) -> None:
    path = folder / "steps/organisation=south/part-0.parquet"
    made = pq.ParquetFile(path).read()
    pq.write_table(made.set_column(2, "day", made["day"].cast(pa.int32())), path)
    rehash(folder)
    (finding,) = check(folder)
    assert (finding.rule, finding.message) == ("types", "day is int32, not int64")
    assert finding.where == ("steps/organisation=south/part-0.parquet",)


# Rules that only a writer can break, with their examples in test_write, and the one on partitions above.
ELSEWHERE = {
    "folder",
    "file-undeclared",
    "interval",
    "text",
    "covariate-name",
    "instrument-unique",
    "instrument-name",
    "partition",
}


def test_every_rule_on_files_and_statements_has_an_example() -> None:
    sources = Path(declared.__file__).parent.glob("*.py")
    called = re.compile(r'(?:Finding|_instrument)\(\s*"([a-z0-9-]+)"')
    named = {rule for path in sources for rule in called.findall(path.read_text(encoding="utf-8"))}
    assert named == {rule for _, rule, *_ in DAMAGES.values()} | ELSEWHERE

"""`bip import`: somebody else's table becomes a study dataset."""

from __future__ import annotations

from pathlib import Path

import click

_File = click.Path(dir_okay=False, path_type=Path)


@click.command("import", short_help="Turn a table into a study dataset.")
@click.argument("table", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--mapping", "mapping_file", type=_File, required=True, help="What each column means (YAML).")
@click.option("--rejects", type=_File, help="Write the rows that could not be placed to this new CSV file.")
@click.option("--strict", is_flag=True, help="Write no dataset, and exit with 2, unless every row is placed.")
def import_(table: Path, folder: Path, mapping_file: Path, rejects: Path | None, strict: bool) -> None:
    """Turn TABLE (CSV or Parquet) into a study dataset in the new folder DIR."""
    from bip.import_run import run

    run(table, folder, mapping_file, rejects, strict=strict)

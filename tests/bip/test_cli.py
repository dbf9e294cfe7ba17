"""`bip` as a whole: its help, and terminals that know ASCII only."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from bip.cli import main

ASCII_ONLY = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from bip.cli import main; main(prog_name='bip')", *arguments]
    environment = {**os.environ, **ASCII_ONLY}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
    )


@pytest.mark.parametrize(
    "arguments",
    [("analyse", "s ett å", "--out", "ö2"), ("check", "å"), ("simulate", "å"), ("instrument", "show", "å")],
)
def test_names_that_the_locale_cannot_read_are_refused(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = run(tmp_path, *arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "Set LC_ALL=C.UTF-8" in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("path", [(), ("instrument",)])
def test_the_help_says_in_full_what_each_command_is_for(path: tuple[str, ...]) -> None:
    group: click.Command = main
    for name in path:
        assert isinstance(group, click.Group)
        group = group.commands[name]
    assert isinstance(group, click.Group)
    assert all(0 < len(command.short_help or "") < 45 for command in group.commands.values())
    help_text = CliRunner().invoke(main, [*path, "--help"]).output
    assert "..." not in help_text.partition("Commands:")[2]

"""`bip instrument` as it is typed: what is printed, and the exit status."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from shutil import copytree

import pytest
from click.testing import CliRunner, Result

from bip.instrument_commands import instrument

CORPUS = Path(__file__).parents[1] / "surveys" / "corpus"
Run = Callable[..., Result]


@pytest.fixture
def run() -> Run:
    """Runs `bip instrument` with these arguments."""

    def running(*arguments: str | Path) -> Result:
        return CliRunner().invoke(
            instrument, [str(argument) for argument in arguments], prog_name="bip instrument"
        )

    return running


@pytest.fixture
def mini(tmp_path: Path) -> Path:
    return copytree(CORPUS / "valid" / "two_languages" / "mini", tmp_path / "mini")


def test_list_names_every_shipped_instrument(run: Run) -> None:
    result = run("list")
    assert result.exit_code == 0
    assert "bip-11@1  provisional wording" in result.stdout
    assert "bip-9-11@1  provisional wording" in result.stdout


def test_check_of_a_sound_folder_finds_nothing(run: Run, mini: Path) -> None:
    result = run("check", mini)
    assert (result.exit_code, result.stdout) == (0, f"{mini}: 0 errors, 0 warnings\n")


def test_check_with_warnings_still_succeeds(run: Run) -> None:
    result = run("check", CORPUS / "valid" / "missing_translation" / "mini")
    assert result.exit_code == 0
    assert "warning: " in result.stdout
    assert result.stdout.endswith("0 errors, 1 warning\n")


def test_check_shows_place_message_and_remedy_of_an_error(run: Run) -> None:
    path = CORPUS / "invalid" / "step_not_on_the_scale" / "mini" / "1.yaml"
    result = run("check", path)
    assert result.exit_code == 2
    assert result.stdout == (
        f"error: {path.with_name('1.en.yaml')}:17  items.mood.participant.steps.4\n"
        "    4 is not on the scale\n"
        "    Remedy: the scale has words for 1, 2, 3\n"
        f"{path}: 1 error, 0 warnings\n"
    )


@pytest.mark.parametrize("sample", sorted((CORPUS / "invalid").iterdir()), ids=lambda path: path.name)
def test_no_invalid_sample_ends_in_a_traceback(run: Run, sample: Path) -> None:
    for folder in sorted(path for path in sample.iterdir() if path.is_dir()):
        for command in (("check", folder), ("check", folder / "1.yaml"), ("show", folder / "1.yaml")):
            result = run(*command)
            assert result.exit_code in (0, 2)
            assert result.exception is None or isinstance(result.exception, SystemExit)


def test_check_of_what_is_not_there(run: Run, tmp_path: Path) -> None:
    result = run("check", tmp_path / "nowhere.yaml")
    assert result.exit_code == 2
    assert "there is no such file" in result.stdout


def test_show_gives_the_participant_and_the_first_language_unless_told(run: Run) -> None:
    result = run("show", "bip-11")
    assert result.exit_code == 0
    assert result.stdout.startswith("bip-11@1, participant, sv\n")
    assert "Tror du att du får ett jobb inom ett år?" in result.stdout


@pytest.mark.parametrize("argument", ["bip-9-11", "bip-9-11@1"])
def test_show_a_rater_in_a_language(run: Run, argument: str) -> None:
    result = run("show", argument, "--rater", "caseworker", "--language", "en")
    assert result.exit_code == 0
    assert "Belief in a job within a year (job_belief)  [private, alone]" in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80


def test_show_a_file(run: Run, mini: Path) -> None:
    result = run("show", mini / "1.yaml", "--language", "sv")
    assert result.exit_code == 0
    assert "Hur mår du?" in result.stdout


def test_show_a_file_of_this_folder(run: Run, mini: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(mini)
    assert run("show", "1.yaml").exit_code == 0


def test_show_the_newest_version_of_a_folder(run: Run, mini: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in (mini / "1.yaml", *mini.glob("1.*.yaml")):
        text = path.read_text(encoding="utf-8").replace("version: 1", "version: 2")
        (mini / path.name.replace("1", "2", 1)).write_text(text, encoding="utf-8")
    monkeypatch.chdir(mini.parent)
    for name in (mini, "mini", "mini/"):
        result = run("show", name)
        assert result.exit_code == 0, result.output
        assert result.stdout.startswith("mini@2, participant")


@pytest.mark.parametrize(
    ("arguments", "remedy"),
    [
        (["bip-12"], "choose one of bip-11@1, bip-9-11@1"),
        (["bip-11@7"], "choose one of bip-11@1, bip-9-11@1"),
        (["bip-11", "--rater", "boss"], "Choose one of participant, caseworker."),
        (["bip-11", "--language", "xx"], "Choose one of sv, ar, da, en, fa, fi, nb, so, sv-simple, ti, uk."),
        (["nowhere/1.yaml"], "check the name and the folder"),
        (["nowhere.yaml"], "check the name and the folder"),
    ],
)
def test_show_of_what_is_not_known_names_what_is(run: Run, arguments: list[str], remedy: str) -> None:
    result = run("show", *arguments)
    assert result.exit_code == 2
    assert remedy in result.stderr
    assert result.stdout == ""


def test_show_of_a_rater_whom_this_instrument_does_not_ask(run: Run, mini: Path) -> None:
    result = run("show", mini / "1.yaml", "--rater", "caseworker")
    assert result.exit_code == 2
    assert "mini@1 asks no rater 'caseworker'. Choose one of participant." in result.stderr


def test_release_then_change_then_check(run: Run, mini: Path) -> None:
    result = run("release", mini / "1.yaml")
    assert (result.exit_code, result.stdout) == (0, f"mini@1: en, sv written to {mini / 'released.yaml'}\n")
    assert "nothing is new" in run("release", mini / "1.yaml").stdout
    text = (mini / "1.en.yaml").read_text(encoding="utf-8")
    (mini / "1.en.yaml").write_text(text.replace("so-so", "fine"), encoding="utf-8")
    assert run("check", mini).exit_code == 2
    refused = run("release", mini / "1.yaml")
    assert refused.exit_code == 2
    assert "a text has changed since version 1 was released" in refused.stderr
    assert "new version number" in refused.stderr


def test_release_says_which_languages_are_left_out(run: Run, tmp_path: Path) -> None:
    mini = copytree(CORPUS / "valid" / "missing_translation" / "mini", tmp_path / "mini")
    result = run("release", mini / "1.yaml")
    assert result.exit_code == 0
    assert "Left out until no text is missing: sv" in result.stdout


def test_importing_the_commands_reads_nothing_heavy() -> None:
    code = (
        "import sys, bip.instrument_commands; "
        "print(sorted({'pydantic', 'ruamel.yaml', 'babel', 'surveys'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"

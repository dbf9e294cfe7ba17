"""The settings: each that is missing or wrong is named with its remedy, and none is shown."""

from __future__ import annotations

import base64
import os
from pathlib import Path

import click
import pytest
from pydantic import ValidationError

from bip.settings import REMEDIES, Settings

KEY = base64.urlsafe_b64encode(bytes(range(200, 232))).decode().rstrip("=")
GOOD = {
    "BIP_SECRET_KEY": "s" * 32,
    "BIP_IDENTITY_KEY": KEY,
    "BIP_DATABASE_URL": "sqlite:///bip.sqlite",
}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """What must be set, and nothing else of ours."""
    for name in [name for name in os.environ if name.startswith("BIP_")]:
        monkeypatch.delenv(name)
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def refusal() -> list[str]:
    """The lines of the message after its first, one a setting."""
    with pytest.raises(click.ClickException) as caught:
        Settings.from_environment()
    first, *lines = caught.value.message.splitlines()
    assert first == "The settings are not complete."
    return lines


def test_three_settings_are_enough() -> None:
    settings = Settings.from_environment()
    assert settings.identity_key_bytes == bytes(range(200, 232))
    assert settings.secret_key.get_secret_value() == "s" * 32
    assert settings.database_url == "sqlite:///bip.sqlite"
    assert settings.data_dir == Path("bip-data")
    assert settings.base_url == "http://127.0.0.1:8000"
    assert settings.timezone == "Europe/Stockholm"
    assert not settings.served_securely


@pytest.mark.parametrize("name", GOOD)
def test_nothing_secret_has_a_default(environment: pytest.MonkeyPatch, name: str) -> None:
    environment.delenv(name)
    (line,) = refusal()
    assert line.startswith(f"{name}: is not set. It ")
    assert f"export {name}=" in line


def test_every_setting_that_is_missing_is_named_at_once(environment: pytest.MonkeyPatch) -> None:
    for name in GOOD:
        environment.delenv(name)
    assert [line.split(":")[0] for line in refusal()] == list(GOOD)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BIP_SECRET_KEY", ""),
        ("BIP_SECRET_KEY", "Tr0ub4dor&3"),
        ("BIP_SECRET_KEY", "x" * 31),
        ("BIP_IDENTITY_KEY", ""),
        ("BIP_IDENTITY_KEY", "Tr0ub4dor"),
        ("BIP_IDENTITY_KEY", "nyckelåäö"),
        ("BIP_IDENTITY_KEY", KEY[:-2]),
        ("BIP_IDENTITY_KEY", KEY + "AAAA"),
        ("BIP_DATABASE_URL", ""),
        ("BIP_BASE_URL", ""),
        ("BIP_BASE_URL", "bip.example.se"),
        ("BIP_BASE_URL", "ftp://bip.example.se"),
        ("BIP_TIMEZONE", ""),
        ("BIP_TIMEZONE", "Europe"),
        ("BIP_TIMEZONE", "../../etc/passwd"),
        ("BIP_TIMEZONE", "Europe/Atlantis"),
    ],
)
def test_a_wrong_setting_is_named_with_its_remedy(
    environment: pytest.MonkeyPatch, name: str, value: str
) -> None:
    environment.setenv(name, value)
    (line,) = refusal()
    assert line.startswith(f"{name}: ")
    assert REMEDIES[name.removeprefix("BIP_").lower()] in line


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BIP_SECRET_KEY", "Tr0ub4dor&3"),
        ("BIP_IDENTITY_KEY", "Tr0ub4dor&3"),
        ("BIP_BASE_URL", "Tr0ub4dor&3"),
        ("BIP_TIMEZONE", "Tr0ub4dor&3"),
    ],
)
def test_the_message_never_shows_a_value(environment: pytest.MonkeyPatch, name: str, value: str) -> None:
    """A secret pasted into the wrong place is a secret all the same."""
    environment.setenv(name, value)
    assert value not in "".join(refusal())


def test_the_settings_do_not_show_their_secrets() -> None:
    shown = repr(Settings.from_environment())
    assert GOOD["BIP_SECRET_KEY"] not in shown
    assert GOOD["BIP_IDENTITY_KEY"] not in shown


@pytest.mark.parametrize("padding", ["", "="])
def test_an_identity_key_may_be_padded(environment: pytest.MonkeyPatch, padding: str) -> None:
    environment.setenv("BIP_IDENTITY_KEY", KEY + padding)
    assert Settings.from_environment().identity_key_bytes == bytes(range(200, 232))


def test_an_address_is_kept_without_its_last_slash(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("BIP_BASE_URL", "https://bip.example.se/")
    settings = Settings.from_environment()
    assert settings.base_url == "https://bip.example.se"
    assert settings.served_securely


def test_a_process_started_with_the_settings_has_the_same(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    environment.setenv("BIP_DATA_DIR", str(tmp_path))
    environment.setenv("BIP_BASE_URL", "https://bip.example.se")
    environment.setenv("BIP_TIMEZONE", "Europe/Copenhagen")
    environment.setenv("BIP_MAIL_FROM", "bip@example.se")
    environment.setenv("BIP_SMTP_URL", "smtps://bip:pass@mail.example.se")
    settings = Settings.from_environment()
    assert settings.as_environment().keys() == {f"BIP_{name.upper()}" for name in Settings.model_fields}
    for name, value in settings.as_environment().items():
        environment.setenv(name, value)
    assert Settings.from_environment() == settings


def test_settings_do_not_change_while_they_are_used() -> None:
    settings = Settings.from_environment()
    with pytest.raises(ValidationError, match="frozen"):
        settings.timezone = "UTC"  # type: ignore[misc]


def test_every_setting_has_a_remedy() -> None:
    assert REMEDIES.keys() == Settings.model_fields.keys()

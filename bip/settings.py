"""What an installation must say of itself before it starts; nothing secret has a default."""

import base64
import binascii
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import click
from pydantic import AfterValidator, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

IDENTITY_KEY_BYTES = 32
MAKE_KEY = 'python3 -c "import secrets; print(secrets.token_urlsafe(32))"'

REMEDIES = {
    "secret_key": f"signs sessions and links. Make one and keep it: export BIP_SECRET_KEY=$({MAKE_KEY})",
    "identity_key": (
        "encrypts names and contact. Make one and keep a copy apart from the database, for without it the "
        f"names are lost: export BIP_IDENTITY_KEY=$({MAKE_KEY})"
    ),
    "database_url": (
        "says where the data lie: export BIP_DATABASE_URL=sqlite:///bip.sqlite, "
        "or postgresql://user@host/database"
    ),
    "data_dir": "is the folder for releases and reports: export BIP_DATA_DIR=bip-data",
    "base_url": "is the address people open: export BIP_BASE_URL=https://bip.example.se",
    "timezone": "is a name of the time zone database: export BIP_TIMEZONE=Europe/Stockholm",
}


def _without_slash(address: str) -> str:
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("must be http:// or https:// and a host")
    return address.rstrip("/")


class Settings(BaseSettings):
    """The settings, each read from the environment as `BIP_` and its name."""

    model_config = SettingsConfigDict(env_prefix="BIP_", extra="forbid", frozen=True)

    secret_key: Annotated[SecretStr, Field(min_length=32)]
    identity_key: SecretStr
    database_url: Annotated[str, Field(min_length=1)]
    data_dir: Path = Path("bip-data")
    base_url: Annotated[str, AfterValidator(_without_slash)] = "http://127.0.0.1:8000"
    timezone: str = "Europe/Stockholm"

    @field_validator("identity_key")
    @classmethod
    def _is_a_key(cls, key: SecretStr) -> SecretStr:
        try:
            length = len(_decoded(key))
        except binascii.Error:
            length = 0
        if length != IDENTITY_KEY_BYTES:
            raise ValueError(f"must be {IDENTITY_KEY_BYTES} bytes in URL-safe base64")
        return key

    @field_validator("timezone")
    @classmethod
    def _is_a_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            raise ValueError("there is no such time zone") from None
        return name

    @classmethod
    def from_environment(cls) -> Self:
        """The settings of the environment; a click error that names every wrong one and its remedy."""
        try:
            return cls()
        except ValidationError as error:
            raise click.ClickException(_in_words(error)) from None

    @property
    def identity_key_bytes(self) -> bytes:
        """The key of the identity table, 32 bytes."""
        return _decoded(self.identity_key)

    @property
    def served_securely(self) -> bool:
        """Whether people reach the application over HTTPS, so that cookies may insist on it."""
        return self.base_url.startswith("https://")

    def as_environment(self) -> dict[str, str]:
        """The same settings for a process that this one starts."""
        return {
            "BIP_SECRET_KEY": self.secret_key.get_secret_value(),
            "BIP_IDENTITY_KEY": self.identity_key.get_secret_value(),
            "BIP_DATABASE_URL": self.database_url,
            "BIP_DATA_DIR": str(self.data_dir),
            "BIP_BASE_URL": self.base_url,
            "BIP_TIMEZONE": self.timezone,
        }


def _decoded(key: SecretStr) -> bytes:
    text = key.get_secret_value()
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def _in_words(error: ValidationError) -> str:
    """One line a setting, never with its value: it may be a secret."""
    lines = []
    for problem in error.errors():
        name = str(problem["loc"][0])
        wrong = "is not set" if problem["type"] == "missing" else problem["msg"]
        lines.append(f"BIP_{name.upper()}: {wrong}. It {REMEDIES.get(name, 'is not a setting: remove it')}")
    return "The settings are not complete.\n" + "\n".join(lines)

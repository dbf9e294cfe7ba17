"""What an installation must say of itself before it starts; nothing secret has a default."""

import base64
import binascii
from dataclasses import dataclass, field
from email.errors import HeaderParseError
from email.headerregistry import Address
from pathlib import Path
from typing import Annotated, Final, Self
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

import click
from pydantic import AfterValidator, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

IDENTITY_KEY_BYTES = 32
MAKE_KEY = 'python3 -c "import secrets; print(secrets.token_urlsafe(32))"'

_MAIL_PORTS: Final = {"smtp": 587, "smtps": 465}

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
    "mail_from": "is the address that reminders come from: export BIP_MAIL_FROM=bip@example.se",
    "smtp_url": (
        "is the mail server that reminders leave by: export "
        "BIP_SMTP_URL=smtp://user:password@mail.example.se:587 (with STARTTLS), or "
        "smtps://user:password@mail.example.se:465. In user and password write @ / : ? # and % as %40 %2F "
        "%3A %3F %23 and %25. Only for a server without passwords and without encryption: "
        "smtp://127.0.0.1:25?starttls=no"
    ),
}


def _without_slash(address: str) -> str:
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("must be http:// or https:// and a host")
    return address.rstrip("/")


def _is_mail_address(text: str) -> str:
    try:
        address = Address(addr_spec=text)
    except (HeaderParseError, ValueError, IndexError):
        address = Address()
    if text and not (address.username and address.domain):
        raise ValueError("must be an e-mail address")
    return text


def _is_mail_server(url: SecretStr) -> SecretStr:
    if url.get_secret_value():
        MailServer.of(url)
    return url


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail leaves the house; a password travels only over TLS, from the start or by STARTTLS."""

    host: str
    port: int
    tls: bool
    starttls: bool
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    @classmethod
    def of(cls, url: SecretStr) -> Self:
        """The server that an address names. Raises ValueError, without a word of the address."""
        try:
            parts = urlsplit(url.get_secret_value())
            port = parts.port
        except ValueError:
            # The message would quote what may be the end of a password.
            raise ValueError("is no address") from None
        if parts.scheme not in _MAIL_PORTS or not parts.hostname or parts.path.strip("/") or parts.fragment:
            raise ValueError("must be smtp:// or smtps:// and a host")
        if parts.query not in {"", "starttls=yes", "starttls=no"}:
            raise ValueError("may end with ?starttls=no and nothing else")
        tls, starttls = parts.scheme == "smtps", parts.scheme == "smtp" and parts.query != "starttls=no"
        if bool(parts.username) != bool(parts.password):
            raise ValueError("needs both user and password, or neither")
        if parts.password and not (tls or starttls):
            raise ValueError("must not send a password without encryption")
        user, password = (unquote(text) if text else None for text in (parts.username, parts.password))
        return cls(parts.hostname, port or _MAIL_PORTS[parts.scheme], tls, starttls, user, password)


class Settings(BaseSettings):
    """The settings, each read from the environment as `BIP_` and its name."""

    model_config = SettingsConfigDict(env_prefix="BIP_", extra="forbid", frozen=True)

    secret_key: Annotated[SecretStr, Field(min_length=32)]
    identity_key: SecretStr
    database_url: Annotated[str, Field(min_length=1)]
    data_dir: Path = Path("bip-data")
    base_url: Annotated[str, AfterValidator(_without_slash)] = "http://127.0.0.1:8000"
    timezone: str = "Europe/Stockholm"
    # Empty: no mail is sent.
    mail_from: Annotated[str, AfterValidator(_is_mail_address)] = ""
    smtp_url: Annotated[SecretStr, AfterValidator(_is_mail_server)] = SecretStr("")

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

    def require_mail(self) -> MailServer:
        """Where mail leaves the house; a click error that says how to set it where it is not set."""
        unset = [name for name in ("mail_from", "smtp_url") if not getattr(self, name)]
        if unset:
            lines = (f"BIP_{name.upper()} is not set. It {REMEDIES[name]}" for name in unset)
            raise click.ClickException("No mail can be sent.\n" + "\n".join(lines))
        return MailServer.of(self.smtp_url)

    @property
    def served_securely(self) -> bool:
        """Whether people reach the application over HTTPS, so that cookies may insist on it."""
        return self.base_url.startswith("https://")

    def as_environment(self) -> dict[str, str]:
        """The same settings for a process that this one starts; what need not be set, only where it is."""
        optional = {"BIP_MAIL_FROM": self.mail_from, "BIP_SMTP_URL": self.smtp_url.get_secret_value()}
        return {
            "BIP_SECRET_KEY": self.secret_key.get_secret_value(),
            "BIP_IDENTITY_KEY": self.identity_key.get_secret_value(),
            "BIP_DATABASE_URL": self.database_url,
            "BIP_DATA_DIR": str(self.data_dir),
            "BIP_BASE_URL": self.base_url,
            "BIP_TIMEZONE": self.timezone,
            **{name: value for name, value in optional.items() if value},
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

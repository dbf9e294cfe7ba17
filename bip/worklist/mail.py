"""The mail: how many things of which kind, and the way to the worklist. It names nobody."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import make_msgid
from typing import Final
from uuid import UUID

from flask import Flask
from flask_babel import gettext, ngettext

from bip.auth.staff import Staff
from bip.localisation import LANGUAGES, speaking
from bip.settings import Settings
from bip.store.lists import ReminderTask

_LANGUAGES: Final = {"DK": "da"}
# What a reminder tells of: the kind, and which one.
Thing = tuple[ReminderTask, UUID]


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who has a worklist."""

    staff: Staff
    address: str
    pseudonym: str
    language: str


@dataclass(frozen=True, slots=True)
class Letter:
    """What one person is told of; `counts` says once what is two of the `things`."""

    to: Recipient
    things: frozenset[Thing]
    counts: Mapping[ReminderTask, int]


def language_in(country: str) -> str:
    """The language in which the staff of an organisation are written to."""
    return _LANGUAGES.get(country, LANGUAGES[0])


def compose(app: Flask, settings: Settings, letter: Letter, now: datetime) -> EmailMessage:
    """The letter as it leaves the house. Raises ValueError or HeaderParseError where its address is none."""
    message = EmailMessage()
    message["From"] = Address("BIP", addr_spec=settings.mail_from)
    message["To"] = Address(addr_spec=letter.to.address)
    message["Date"] = now
    message["Message-ID"] = make_msgid(domain=message["From"].addresses[0].domain)
    # No answer that somebody is away comes back.
    message["Auto-Submitted"] = "auto-generated"
    with app.test_request_context(), speaking(letter.to.language):
        message["Subject"] = str(gettext("New on your worklist in BIP"))
        message.set_content(_text(letter.counts, f"{settings.base_url}/worklist"))
    message["Content-Language"] = letter.to.language
    return message


def _text(counts: Mapping[ReminderTask, int], link: str) -> str:
    lines = [f"- {_line(kind, counts[kind])}" for kind in ReminderTask if kind in counts]
    return "\n".join(
        [
            str(gettext("This is new on your worklist:")),
            "",
            *lines,
            "",
            str(gettext("Sign in to see whom it is about:")),
            link,
            "",
            str(gettext("BIP sends this mail by itself. You are told of each thing once.")),
        ]
    )


def _line(kind: ReminderTask, count: int) -> str:
    match kind:
        case ReminderTask.RATE:
            return str(ngettext("%(num)s rating to do", "%(num)s ratings to do", count))
        case ReminderTask.CLOSING:
            return str(ngettext("%(num)s round closes soon", "%(num)s rounds close soon", count))
        case ReminderTask.LATE:
            return str(ngettext("%(num)s round is late", "%(num)s rounds are late", count))
        case ReminderTask.COMPARE:
            return str(ngettext("%(num)s comparison has opened", "%(num)s comparisons have opened", count))
        case ReminderTask.FOLLOW_UP:
            return str(ngettext("%(num)s follow-up is due", "%(num)s follow-ups are due", count))
        case ReminderTask.GAP:
            return str(
                ngettext(
                    "%(num)s participant has had no activity for over a month",
                    "%(num)s participants have had no activity for over a month",
                    count,
                )
            )

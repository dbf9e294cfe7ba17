"""`bip remind` from the outside: a database, a mail server, and what comes to whom."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from bip.cli import main
from bip.clock import SettableClock, SystemClock
from bip.localisation import catalogue
from bip.settings import Settings
from bip.store.audit import AuditEvent
from bip.store.casework import Reminder
from bip.store.followup import Exit
from bip.store.lists import ReminderTask, Role
from bip.store.organisations import Account, Organisation, Unit
from bip.store.people import Enrolment
from bip.store.studies import Study
from tests.bip import rows
from tests.bip.house import House
from tests.bip.participants.people import enrolled
from tests.bip.worklist.certificate import certified
from tests.bip.worklist.mail_server import Kept, mail_server

# The command asks the machine's clock, so everything is told from its day.
TODAY = SystemClock("Europe/Stockholm").today()


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock(SystemClock("Europe/Stockholm").now())


@pytest.fixture
def kept() -> Iterator[Kept]:
    with mail_server(Kept()) as server:
        yield server


def remind(settings: Settings, kept: Kept, *arguments: str, **environment: str) -> Result:
    mail = {
        "BIP_MAIL_FROM": "bip@example.se",
        "BIP_SMTP_URL": f"smtp://127.0.0.1:{kept.port}?starttls=no",
        "BIP_BASE_URL": "https://bip.example.se",
    }
    return CliRunner().invoke(
        main, ["remind", *arguments], env={**settings.as_environment(), **mail, **environment}
    )


def colleague(house: House, **more: Any) -> str:  # noqa: ANN401
    """Another caseworker, with a participant to rate; the address."""
    with house.installed.store.writing() as session:
        organisation = session.get_one(Organisation, house.organisation_id)
        account = rows.account(session, organisation, **more)
        enrolled(house, session, name="Bo Ek", caseworker=account, enrolled_on=TODAY)
        return account.email


@pytest.fixture
def to_rate(house: House) -> str:
    """The house's caseworker has somebody to rate; the address."""
    with house.installed.store.writing() as session:
        enrolled(house, session, name="Ada Lind", enrolled_on=TODAY)
    return house.emails[Role.CASEWORKER]


def reminders(house: House) -> list[Reminder]:
    with house.installed.store.reading() as session:
        return list(session.scalars(select(Reminder).order_by(Reminder.task)))


def text_of(mail: EmailMessage) -> str:
    return str(mail.get_content()).replace("\r\n", "\n")


def test_one_mail_a_person_with_numbers_and_the_way_in(
    settings: Settings, house: House, to_rate: str, kept: Kept
) -> None:
    with house.installed.store.writing() as session:
        account = session.get_one(Account, house.accounts[Role.CASEWORKER])
        enrolled(house, session, name="Bo Ek", caseworker=account, enrolled_on=TODAY)
        enrolled(house, session, name="Eva Alm", caseworker=account, enrolled_on=TODAY - timedelta(days=40))
    done = remind(settings, kept)
    assert done.exit_code == 0, done.output
    # The coordinator is told of what is late, and nobody else of anything.
    assert done.output == "2 mails sent\n"
    assert set(kept.to) == {to_rate, house.emails[Role.COORDINATOR]}
    mail = dict(kept.mails)[to_rate]
    assert re.findall(r"^- (\d+)", text_of(mail), re.MULTILINE) == ["3", "1", "1"]
    assert "https://bip.example.se/worklist\n" in text_of(mail)
    assert mail["To"] == to_rate
    assert mail["From"] == "BIP <bip@example.se>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"].datetime.date() == TODAY
    told = dict(kept.mails)[house.emails[Role.COORDINATOR]]
    assert re.findall(r"^- (\d+)", text_of(told), re.MULTILINE) == ["1"]


def test_the_mail_names_nobody_and_tells_nothing(
    settings: Settings, house: House, to_rate: str, kept: Kept
) -> None:
    remind(settings, kept)
    ((_, mail),) = kept.mails
    said = mail.as_string() + text_of(mail)
    with house.installed.store.reading() as session:
        names = [*session.scalars(select(Study.name)), *session.scalars(select(Unit.name))]
    for word in ("Ada", "Lind", "A.L", "hälsa", "health", "Kim", *names):
        assert word not in said
    (event,) = [event for event in _events(house) if event.kind == "reminder_sent"]
    assert event.details == {"account": str(house.accounts[Role.CASEWORKER]), "tasks": ["rate"]}
    assert event.actor_id is None


def _events(house: House) -> list[AuditEvent]:
    with house.installed.store.reading() as session:
        return list(session.scalars(select(AuditEvent)))


def test_a_second_run_sends_nothing(settings: Settings, house: House, to_rate: str, kept: Kept) -> None:
    assert remind(settings, kept).output == "1 mail sent\n"
    before = [(row.task, row.subject_id, row.sent_at) for row in reminders(house)]
    assert [task for task, *_ in before] == [ReminderTask.RATE]
    again = remind(settings, kept)
    assert (again.exit_code, again.output) == (0, "0 mails sent\n")
    assert kept.to == [to_rate]
    assert [(row.task, row.subject_id, row.sent_at) for row in reminders(house)] == before


def test_only_what_is_new_is_told_next_time(
    settings: Settings, house: House, to_rate: str, kept: Kept
) -> None:
    remind(settings, kept)
    with house.installed.store.writing() as session:
        enrolled(house, session, name="Bo Ek", enrolled_on=TODAY)
        enrolled(house, session, name="Eva Alm", enrolled_on=TODAY)
    remind(settings, kept)
    assert re.findall(r"^- (\d+)", text_of(kept.mails[1][1]), re.MULTILINE) == ["2"]


def test_a_dry_run_counts_and_sends_nothing(
    settings: Settings, house: House, to_rate: str, kept: Kept
) -> None:
    done = remind(settings, kept, "--dry-run")
    assert (done.exit_code, done.output) == (0, "1 person would get a mail. None was sent.\n")
    assert kept.mails == []
    assert reminders(house) == []


@pytest.mark.parametrize("fault", ["refused", "dropped"])
def test_one_mail_that_fails_does_not_stop_the_others(
    settings: Settings, house: House, to_rate: str, kept: Kept, fault: str
) -> None:
    others = [colleague(house) for _ in range(3)]
    getattr(kept, fault).add(to_rate)
    done = remind(settings, kept)
    assert done.exit_code == 1
    assert set(kept.to) == set(others)
    with house.installed.store.reading() as session:
        account = session.get_one(Account, house.accounts[Role.CASEWORKER])
    assert "3 mails sent\n1 mail could not be sent." in done.output
    assert f"account {account.pseudonym}\n" in done.output
    assert to_rate not in done.output
    assert account.name not in done.output
    assert account.id not in {row.account_id for row in reminders(house)}

    getattr(kept, fault).clear()
    assert remind(settings, kept).output == "1 mail sent\n"
    assert kept.to[-1] == to_rate
    assert sorted(kept.to) == sorted([to_rate, *others])


def test_without_a_server_nobody_counts_as_told(settings: Settings, house: House, to_rate: str) -> None:
    colleague(house)
    with mail_server(Kept()) as gone:
        pass
    done = remind(settings, gone)
    assert done.exit_code == 1
    assert "0 mails sent\n2 mails could not be sent." in done.output
    assert "the mail server does not answer (Connection refused): account " in done.output
    assert reminders(house) == []


def test_who_has_left_or_is_no_caseworker_gets_no_mail(settings: Settings, house: House, kept: Kept) -> None:
    colleague(house, active=False)
    colleague(house, roles=(Role.RESEARCHER,))
    assert remind(settings, kept).output == "0 mails sent\n"


@pytest.mark.parametrize(("country", "language"), [("SE", "sv"), ("DK", "da"), ("NO", "sv")])
def test_the_language_is_the_organisations(
    settings: Settings, house: House, kept: Kept, country: str, language: str
) -> None:
    with house.installed.store.writing() as session:
        session.get_one(Organisation, house.organisation_id).country = country
    colleague(house)
    remind(settings, kept)
    (mail,) = (mail for _, mail in kept.mails)
    assert mail["Content-Language"] == language
    assert mail["Subject"] == catalogue(language).gettext("New on your worklist in BIP")


def test_the_password_goes_through_starttls_and_is_never_shown(
    settings: Settings, house: House, to_rate: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority, context = certified(tmp_path, "localhost")
    with mail_server(Kept(tls=context)) as kept:
        address = f"smtp://bip:s%3Acret@localhost:{kept.port}"
        stranger = remind(settings, kept, BIP_SMTP_URL=address)
        assert stranger.exit_code == 1
        assert "certificate that is not trusted" in stranger.output
        assert kept.signed_in == set()

        monkeypatch.setenv("SSL_CERT_FILE", str(authority))
        wrong = remind(settings, kept, BIP_SMTP_URL=address.replace("s%3Acret", "s%3Acrets"))
        assert wrong.exit_code == 1
        assert "the mail server answered 535" in wrong.output
        assert "crets" not in wrong.output

        done = remind(settings, kept, BIP_SMTP_URL=address)
        assert done.exit_code == 0, done.output
        assert kept.to == [to_rate]
        assert kept.encrypted == [True]


def test_no_password_to_a_server_without_starttls(
    settings: Settings, house: House, to_rate: str, kept: Kept
) -> None:
    done = remind(settings, kept, BIP_SMTP_URL=f"smtp://bip:s%3Acret@127.0.0.1:{kept.port}")
    assert done.exit_code == 1
    assert "the mail server lacks what is needed: STARTTLS" in done.output
    assert kept.signed_in == set()


@pytest.mark.parametrize("name", ["BIP_MAIL_FROM", "BIP_SMTP_URL"])
def test_without_its_settings_it_says_how_to_set_them(
    settings: Settings, house: House, to_rate: str, kept: Kept, name: str
) -> None:
    done = remind(settings, kept, **{name: ""})
    assert done.exit_code == 1
    assert f"No mail can be sent.\n{name} is not set." in done.output
    assert f"export {name}=" in done.output
    assert kept.mails == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BIP_MAIL_FROM", "crets"),
        ("BIP_MAIL_FROM", "crets@"),
        ("BIP_MAIL_FROM", "BIP <crets@example.se>"),
        ("BIP_MAIL_FROM", "crets@example.se\nBcc: x@example.se"),
        ("BIP_SMTP_URL", "mail.example.se:crets"),
        ("BIP_SMTP_URL", "http://crets@mail.example.se"),
        ("BIP_SMTP_URL", "smtp://bip:a/crets@mail.example.se"),
        ("BIP_SMTP_URL", "smtp://bip:a#crets@mail.example.se"),
        ("BIP_SMTP_URL", "smtp://bip:crets@"),
        ("BIP_SMTP_URL", "smtp://crets@mail.example.se"),
        ("BIP_SMTP_URL", "smtp://mail.example.se:99999?crets"),
        ("BIP_SMTP_URL", "smtp://mail.example.se?starttls=crets"),
        ("BIP_SMTP_URL", "smtp://bip:crets@mail.example.se?starttls=no"),
    ],
)
def test_a_wrong_setting_is_named_and_not_shown(
    settings: Settings, house: House, kept: Kept, name: str, value: str
) -> None:
    done = remind(settings, kept, **{name: value})
    assert done.exit_code == 1
    assert f"The settings are not complete.\n{name}: " in done.stderr
    assert "crets" not in done.output


def test_settings_of_mail_reach_the_processes_that_are_started(settings: Settings) -> None:
    given = Settings.model_validate(
        {
            **settings.model_dump(),
            "mail_from": "bip@example.se",
            "smtp_url": "smtps://bip:pass@mail.example.se",
        }
    )
    assert given.as_environment()["BIP_MAIL_FROM"] == "bip@example.se"
    assert given.as_environment()["BIP_SMTP_URL"] == "smtps://bip:pass@mail.example.se"
    assert "pass" not in repr(given)
    assert "pass" not in repr(given.require_mail())


def test_a_follow_up_at_13_months_is_told_of_after_the_one_at_6(
    settings: Settings, house: House, kept: Kept
) -> None:
    with house.installed.store.writing() as session:
        enrolment = enrolled(house, session, name="Ada Lind", enrolled_on=TODAY - timedelta(days=500))
        rows.exit_(session, enrolment, left_on=TODAY - timedelta(days=180))
        enrolment_id = enrolment.id
    remind(settings, kept)
    with house.installed.store.writing() as session:
        found = session.get_one(Enrolment, enrolment_id)
        session.get_one(Exit, found.id).left_on = TODAY - timedelta(days=390)
    remind(settings, kept)
    remind(settings, kept)
    people = [house.emails[Role.CASEWORKER], house.emails[Role.COORDINATOR]]
    assert sorted(kept.to) == sorted(people * 2)
    assert [row.task for row in reminders(house)] == [ReminderTask.FOLLOW_UP] * 4

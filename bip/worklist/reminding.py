"""Who is told by mail of what: each thing once, and written down when the mail server has taken the mail."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.message import EmailMessage
from uuid import UUID

from flask import Flask
from sqlalchemy import select, true
from sqlalchemy.orm import Session

from bip.auth.staff import Staff
from bip.rounds.upkeep import keep_planned
from bip.services import Services
from bip.store.audit import Actor, record
from bip.store.casework import Reminder
from bip.store.lists import ReminderTask, Role
from bip.store.organisations import Account, AccountRole, Organisation
from bip.worklist.cases import cases_of
from bip.worklist.mail import Letter, Recipient, Thing, compose, language_in
from bip.worklist.post import NoServerError, UnsentError
from bip.worklist.tasks import Task, stands_among_ratings, tasks_of

# Of participants who are somebody else's, a coordinator is told of these.
COORDINATED = frozenset({ReminderTask.LATE, ReminderTask.FOLLOW_UP})
Send = Callable[[EmailMessage], None]


@dataclass(frozen=True, slots=True)
class Unsent:
    """A mail that was not taken, by the pseudonym of the account, and why."""

    pseudonym: str
    reason: str


def letters_due(at: Services) -> list[Letter]:
    """A letter for everybody who has something that no mail has told of."""
    keep_planned(at.store, at.clock.today(), true())
    with at.store.reading() as session:
        letters = [_letter(session, at, one) for one in _recipients(session)]
    return [letter for letter in letters if letter.things]


def send_letters(app: Flask, at: Services, letters: Sequence[Letter], send: Send) -> list[Unsent]:
    """Send them one by one, and return those that could not be sent; the next run tries those again."""
    unsent: list[Unsent] = []
    for position, letter in enumerate(letters):
        try:
            send(_message(app, at, letter))
        except NoServerError as error:
            # Each of the others would wait in vain as long as this one did.
            return unsent + [Unsent(one.to.pseudonym, str(error)) for one in letters[position:]]
        except UnsentError as error:
            unsent.append(Unsent(letter.to.pseudonym, str(error)))
        else:
            _write_down(at, letter)
    return unsent


def _message(app: Flask, at: Services, letter: Letter) -> EmailMessage:
    try:
        return compose(app, at.settings, letter, at.clock.now())
    except (ValueError, HeaderParseError):
        raise UnsentError("the address is none that mail can be sent to") from None


def _recipients(session: Session) -> list[Recipient]:
    rows = session.execute(
        select(Account, Organisation.country)
        .join(Organisation, Organisation.id == Account.organisation_id)
        .where(
            Account.active,
            Account.id.in_(
                select(AccountRole.account_id).where(
                    AccountRole.name.in_([Role.CASEWORKER, Role.COORDINATOR])
                )
            ),
        )
        .order_by(Account.pseudonym)
    )
    return [
        Recipient(_as_staff(account), account.email, account.pseudonym, language_in(country))
        for account, country in rows
    ]


def _as_staff(account: Account) -> Staff:
    roles = frozenset(role.name for role in account.roles)
    return Staff(account.id, account.organisation_id, account.unit_id, account.name, roles)


def _letter(session: Session, at: Services, to: Recipient) -> Letter:
    today = at.clock.today()
    told = _told(session, to.staff.account_id)
    new = {
        (task.kind, task.subject_id): task
        for case in cases_of(session, at, to.staff)
        for task in tasks_of(case, today)
        if (case.own or task.kind in COORDINATED) and (task.kind, task.subject_id) not in told
    }
    counts = Counter(task.kind for task in new.values() if not _is_told_already(task, new))
    return Letter(to, frozenset(new), counts)


def _is_told_already(task: Task, new: Mapping[Thing, Task]) -> bool:
    """Whether the same mail tells of it as a rating to do."""
    return stands_among_ratings(task) and (ReminderTask.RATE, task.subject_id) in new


def _told(session: Session, account_id: UUID) -> set[Thing]:
    rows = session.execute(
        select(Reminder.task, Reminder.subject_id).where(Reminder.account_id == account_id)
    )
    return {(task, subject_id) for task, subject_id in rows}


def _write_down(at: Services, letter: Letter) -> None:
    staff, now = letter.to.staff, at.clock.now()
    with at.store.writing() as session:
        # Of two runs at once the second waits here, and finds what the first has written.
        session.get_one(Account, staff.account_id, with_for_update=True)
        session.add_all(
            Reminder(
                organisation_id=staff.organisation_id,
                account_id=staff.account_id,
                task=task,
                subject_id=subject_id,
                sent_at=now,
            )
            for task, subject_id in letter.things - _told(session, staff.account_id)
        )
        kinds = [kind for kind in ReminderTask if kind in letter.counts]
        actor = Actor(staff.organisation_id)
        record(session, actor, now, "reminder_sent", account=staff.account_id, tasks=kinds)

"""Valid rows for tests: each builder adds its row, and the parents it is not given, to the session, flushed.

A test says only what it varies. Parents are flushed before their children, because the references that hold
rows inside their organisation are no relationships that the session could sort by.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from itertools import count
from typing import TypeVar
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from bip.participants.identity import Contact, save_contact
from bip.store.base import Base
from bip.store.cipher import Cipher
from bip.store.followup import ActivitySpell, Event, Exit, FollowUp, Step
from bip.store.kiosks import Kiosk
from bip.store.lists import (
    ActivityKind,
    Assistance,
    Education,
    EventKind,
    EventSource,
    ExitReason,
    FollowUpStatus,
    HeldReason,
    LegalBasis,
    Mode,
    ObservedBy,
    Origin,
    Rater,
    ReleaseStatus,
    Role,
    Sex,
)
from bip.store.organisations import Account, AccountRole, Invitation, Organisation, Unit
from bip.store.people import AssignmentSpell, Enrolment, Identity, Participant
from bip.store.releases import Release
from bip.store.rounds import Answer, EntryCode, HeldAnswer, Response, Round
from bip.store.studies import Instrument, PossibleAnswer, Study, StudyInformation
from surveys.load import load_builtin
from surveys.model import Instrument as Questionnaire

MOMENT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DAY_0 = date(2026, 3, 2)
CIPHER = Cipher(bytes(range(32)))

_Row = TypeVar("_Row", bound=Base)
_numbers = count(1)


def organisation(session: Session, *, name: str = "", country: str = "SE") -> Organisation:
    return added(
        session,
        Organisation(name=name or f"Organisation {next(_numbers)}", country=country, created_at=MOMENT),
    )


def unit(session: Session, organisation: Organisation, *, name: str = "") -> Unit:
    return added(session, Unit(organisation_id=organisation.id, name=name or f"Unit {next(_numbers)}"))


def account(
    session: Session,
    organisation: Organisation,
    *,
    roles: Iterable[str] = (Role.CASEWORKER,),
    unit: Unit | None = None,
    email: str = "",
    name: str = "Kim Berg",
    password: str | None = None,
    active: bool = True,
) -> Account:
    made = Account(
        organisation_id=organisation.id,
        unit_id=unit.id if unit else None,
        email=email or f"account-{next(_numbers)}@example.org",
        name=name,
        password=password,
        fs_uniquifier=uuid4().hex,
        active=active,
        created_at=MOMENT,
    )
    added(session, made)
    for role in roles:
        session.add(AccountRole(organisation_id=organisation.id, account_id=made.id, name=Role(role)))
    session.flush()
    session.refresh(made)
    return made


def invitation(
    session: Session,
    organisation: Organisation | None = None,
    *,
    unit: Unit | None = None,
    account: Account | None = None,
    email: str = "new@example.org",
    roles: Sequence[str] = (Role.CASEWORKER,),
    token_hash: str = "",
    expires_at: datetime = MOMENT + timedelta(days=7),
) -> Invitation:
    return added(
        session,
        Invitation(
            organisation_id=organisation.id if organisation else None,
            unit_id=unit.id if unit else None,
            account_id=account.id if account else None,
            email=email,
            roles=list(roles),
            token_hash=token_hash or _hash(),
            created_at=MOMENT,
            expires_at=expires_at,
        ),
    )


def instrument(session: Session, key: str = "bip-11", version: str | None = None) -> Instrument:
    """A shipped instrument with every answer it allows; the row that is there already, if it is."""
    asked = load_builtin(key, version)
    found = session.scalar(select(Instrument).filter_by(key=asked.key, version=asked.version))
    if found is not None:
        return found
    made = Instrument(key=asked.key, version=asked.version, document=asked.to_json())
    added(session, made)
    for rater in asked.raters:
        for item, value in _possible(asked, Rater(rater)):
            session.add(PossibleAnswer(instrument_id=made.id, rater=Rater(rater), item=item, value=value))
    session.flush()
    return made


def _possible(asked: Questionnaire, rater: Rater) -> list[tuple[str, int]]:
    codes = tuple(code.code for code in asked.codes_for(rater.value))
    return [
        (item.key, value) for item in asked.items_for(rater.value) for value in (*item.scale.steps, *codes)
    ]


def study(
    session: Session,
    organisation: Organisation,
    *,
    instrument: Instrument | None = None,
    name: str = "",
    interval_days: int = 91,
    tolerance_days: int = 14,
    languages: Sequence[str] = ("sv", "en"),
    legal_basis: LegalBasis = LegalBasis.PUBLIC_TASK,
) -> Study:
    return added(
        session,
        Study(
            organisation_id=organisation.id,
            instrument_id=(instrument or _default_instrument(session)).id,
            name=name or f"Study {next(_numbers)}",
            interval_days=interval_days,
            tolerance_days=tolerance_days,
            languages=list(languages),
            legal_basis=legal_basis,
            created_at=MOMENT,
        ),
    )


def study_information(
    session: Session, study: Study, *, language: str = "sv", version: int = 1, text: str = "Vad vi frågar om."
) -> StudyInformation:
    return added(
        session,
        StudyInformation(
            organisation_id=study.organisation_id,
            study_id=study.id,
            language=language,
            version=version,
            text=text,
        ),
    )


def participant(
    session: Session,
    organisation: Organisation,
    *,
    sex: Sex = Sex.UNKNOWN,
    origin: Origin = Origin.UNKNOWN,
    education: Education = Education.UNKNOWN,
    birth_year: int | None = 1980,
    language: str = "sv",
) -> Participant:
    """The participant without a name; `identity` gives one."""
    return added(
        session,
        Participant(
            organisation_id=organisation.id,
            sex=sex,
            origin=origin,
            education=education,
            birth_year=birth_year,
            language=language,
            created_at=MOMENT,
        ),
    )


def identity(
    session: Session,
    participant: Participant,
    *,
    cipher: Cipher = CIPHER,
    name: str = "Ada Lind",
    email: str | None = None,
    phone: str | None = None,
) -> Identity:
    save_contact(session, cipher, participant, Contact(name, email, phone))
    session.flush()
    return session.get_one(Identity, participant.id)


def enrolment(
    session: Session,
    organisation: Organisation,
    *,
    participant: Participant | None = None,
    study: Study | None = None,
    unit: Unit | None = None,
    enrolled_on: date = DAY_0,
    intake: str | None = None,
    referral: str | None = None,
    observed_to: date | None = None,
    observed_by: ObservedBy = ObservedBy.CONTACT,
    withdrawn_on: date | None = None,
) -> Enrolment:
    return added(
        session,
        Enrolment(
            organisation_id=organisation.id,
            participant_id=(participant or _default_participant(session, organisation)).id,
            study_id=(study or _default_study(session, organisation)).id,
            unit_id=(unit or _default_unit(session, organisation)).id,
            enrolled_on=enrolled_on,
            intake=intake,
            referral=referral,
            observed_to=observed_to,
            observed_by=observed_by,
            withdrawn_on=withdrawn_on,
        ),
    )


def assignment_spell(
    session: Session,
    enrolment: Enrolment,
    *,
    caseworker: Account | None = None,
    start_on: date = DAY_0,
    end_on: date | None = None,
) -> AssignmentSpell:
    return added(
        session,
        AssignmentSpell(
            organisation_id=enrolment.organisation_id,
            enrolment_id=enrolment.id,
            caseworker_id=(caseworker or _default_account(session, enrolment)).id,
            start_on=start_on,
            end_on=end_on,
        ),
    )


def round_(
    session: Session,
    enrolment: Enrolment,
    *,
    number: int = 0,
    due_on: date | None = None,
    opens_on: date | None = None,
    closes_on: date | None = None,
) -> Round:
    """A round every 91 days with a window of two weeks to either side, unless said otherwise."""
    due = due_on or enrolment.enrolled_on + timedelta(days=91 * number)
    return added(
        session,
        Round(
            organisation_id=enrolment.organisation_id,
            enrolment_id=enrolment.id,
            number=number,
            due_on=due,
            opens_on=opens_on or due - timedelta(days=14),
            closes_on=closes_on or due + timedelta(days=14),
        ),
    )


def entry_code(
    session: Session, round_: Round, *, code_hash: str = "", closed_at: datetime | None = None
) -> EntryCode:
    return added(
        session,
        EntryCode(
            organisation_id=round_.organisation_id,
            round_id=round_.id,
            code_hash=code_hash or _hash(),
            created_at=MOMENT,
            closed_at=closed_at,
        ),
    )


def response(
    session: Session,
    round_: Round,
    *,
    rater: Rater = Rater.PARTICIPANT,
    rated_by: Account | None = None,
    entered_by: Account | None = None,
    instrument: Instrument | None = None,
    language: str = "sv",
    mode: Mode = Mode.OWN_DEVICE,
    assistance: Assistance = Assistance.NONE,
    proxy: bool = False,
    independent: bool = True,
    started_at: datetime = MOMENT,
    submitted_at: datetime | None = None,
) -> Response:
    """A response to the study's instrument; a caseworker's is rated by a new account if by nobody named."""
    if rater is Rater.CASEWORKER and rated_by is None:
        rated_by = _default_account(session, round_)
    return added(
        session,
        Response(
            organisation_id=round_.organisation_id,
            round_id=round_.id,
            rater=rater,
            rated_by_id=rated_by.id if rated_by else None,
            entered_by_id=entered_by.id if entered_by else None,
            instrument_id=instrument.id if instrument else _instrument_of(session, round_),
            language=language,
            mode=mode,
            assistance=assistance,
            proxy=proxy,
            independent=independent,
            started_at=started_at,
            submitted_at=submitted_at,
        ),
    )


def answer(
    session: Session,
    response: Response,
    *,
    item: str = "job_search",
    value: int = 3,
    revision: int = 0,
    is_current: bool = True,
    sitting: UUID | None = None,
    saved_at: datetime = MOMENT,
) -> Answer:
    return added(
        session,
        Answer(
            organisation_id=response.organisation_id,
            response_id=response.id,
            instrument_id=response.instrument_id,
            rater=response.rater,
            item=item,
            value=value,
            revision=revision,
            is_current=is_current,
            sitting=sitting,
            given_at=saved_at,
            saved_at=saved_at,
        ),
    )


def held_answer(
    session: Session,
    response: Response,
    *,
    sent_id: UUID | None = None,
    reason: HeldReason = HeldReason.SUBMITTED,
    item: str = "job_search",
    value: int = 3,
    received_at: datetime = MOMENT,
) -> HeldAnswer:
    return added(
        session,
        HeldAnswer(
            organisation_id=response.organisation_id,
            response_id=response.id,
            sent_id=sent_id or uuid4(),
            content_hash=sha256(f"{item}={value}".encode()).digest(),
            reason=reason,
            item=item,
            value=value,
            given_at=received_at,
            received_at=received_at,
        ),
    )


def kiosk(session: Session, account: Account, *, ended_at: datetime | None = None) -> Kiosk:
    return added(
        session,
        Kiosk(
            organisation_id=account.organisation_id,
            started_by_id=account.id,
            pin_hash="$argon2id$",
            started_at=MOMENT,
            ended_at=ended_at,
        ),
    )


def activity_spell(
    session: Session,
    enrolment: Enrolment,
    *,
    kind: ActivityKind = ActivityKind.JOB_ORIENTED,
    start_on: date = DAY_0,
    end_on: date | None = None,
    hours_per_week: float | None = None,
    completed: bool | None = None,
) -> ActivitySpell:
    return added(
        session,
        ActivitySpell(
            organisation_id=enrolment.organisation_id,
            enrolment_id=enrolment.id,
            kind=kind,
            start_on=start_on,
            end_on=end_on,
            hours_per_week=hours_per_week,
            completed=completed,
        ),
    )


def step(
    session: Session, enrolment: Enrolment, *, kind: str = "wrote_cv", happened_on: date = DAY_0
) -> Step:
    return added(
        session,
        Step(
            organisation_id=enrolment.organisation_id,
            enrolment_id=enrolment.id,
            kind=kind,
            happened_on=happened_on,
        ),
    )


def event(
    session: Session,
    enrolment: Enrolment,
    *,
    kind: EventKind = EventKind.JOB_REGULAR,
    happened_on: date = DAY_0,
    end_on: date | None = None,
    hours_per_week: float | None = None,
    source: EventSource = EventSource.CASEWORKER,
) -> Event:
    return added(
        session,
        Event(
            organisation_id=enrolment.organisation_id,
            enrolment_id=enrolment.id,
            kind=kind,
            happened_on=happened_on,
            end_on=end_on,
            hours_per_week=hours_per_week,
            source=source,
        ),
    )


def exit_(
    session: Session,
    enrolment: Enrolment,
    *,
    left_on: date = DAY_0 + timedelta(days=200),
    reason: ExitReason = ExitReason.WORK,
) -> Exit:
    return added(
        session,
        Exit(
            organisation_id=enrolment.organisation_id,
            enrolment_id=enrolment.id,
            left_on=left_on,
            reason=reason,
        ),
    )


def follow_up(
    session: Session,
    enrolment: Enrolment,
    *,
    months_after_exit: int = 6,
    asked_on: date = DAY_0 + timedelta(days=380),
    status: FollowUpStatus = FollowUpStatus.WORK,
) -> FollowUp:
    return added(
        session,
        FollowUp(
            organisation_id=enrolment.organisation_id,
            enrolment_id=enrolment.id,
            months_after_exit=months_after_exit,
            asked_on=asked_on,
            status=status,
        ),
    )


def release(
    session: Session,
    study: Study,
    requested_by: Account,
    *,
    number: int = 1,
    as_of: date = DAY_0,
    status: ReleaseStatus = ReleaseStatus.WAITING,
    problem: str | None = None,
) -> Release:
    return added(
        session,
        Release(
            organisation_id=study.organisation_id,
            study_id=study.id,
            number=number,
            as_of=as_of,
            requested_by_id=requested_by.id,
            requested_at=MOMENT,
            changed_at=MOMENT,
            status=status,
            problem=problem,
        ),
    )


def added(session: Session, row: _Row) -> _Row:
    session.add(row)
    session.flush()
    return row


def _hash() -> str:
    return f"{next(_numbers):064x}"


def _default_instrument(session: Session) -> Instrument:
    return instrument(session)


def _default_unit(session: Session, of: Organisation) -> Unit:
    return unit(session, of)


def _default_study(session: Session, of: Organisation) -> Study:
    return study(session, of)


def _default_participant(session: Session, of: Organisation) -> Participant:
    return participant(session, of)


def _default_account(session: Session, beside: Enrolment | Round) -> Account:
    return account(session, session.get_one(Organisation, beside.organisation_id))


def _instrument_of(session: Session, round_: Round) -> int:
    enrolled = session.get_one(Enrolment, round_.enrolment_id)
    return session.get_one(Study, enrolled.study_id).instrument_id

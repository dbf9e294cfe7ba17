"""What an organisation has in the middle of its work: an id for every parameter that an address can take."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from bip.auth.staff import Staff
from bip.bulk.sheet import Sheet
from bip.bulk.uploads import Upload, keep_upload
from bip.research.account import ExportAccount
from bip.research.files import ReleaseFiles, write_account
from bip.services import Services
from bip.store.lists import ImportKind, Rater, ReleaseStatus, Role
from bip.store.organisations import Account, Organisation, Unit
from bip.store.studies import Study
from tests.bip import rows, rows_casework
from tests.bip.house import House


def _make_files(installed: Services, release_id: UUID) -> None:
    """The smallest that the pages of a finished release read."""
    files = ReleaseFiles.of(installed.settings.data_dir, release_id)
    files.report.parent.mkdir(parents=True)
    files.archive.write_bytes(b"")
    files.report.write_text("")
    files.results.write_text('{"manifest": {"instruments": [], "warnings": []}}')
    files.page.write_text(
        '{"sv": {"title": "", "body": "", "figures": {}}, "en": {"title": "", "body": "", "figures": {}}}'
    )
    write_account(ExportAccount({}, ()), files.account)


def _keep_upload(installed: Services, house: House) -> UUID:
    """A file of outcomes that the coordinator has looked through."""
    upload_id = uuid4()
    coordinator = Staff(
        house.accounts[Role.COORDINATOR],
        house.organisation_id,
        house.unit_id,
        "Kim Berg",
        frozenset({Role.COORDINATOR}),
    )
    sheet = Sheet(("participant", "kind", "day", "observed to"), {}, ())
    keep_upload(installed, coordinator, upload_id, Upload(ImportKind.OUTCOMES, "0" * 64, sheet, ()))
    return upload_id


def _past_pause(session: Session, unit: Unit, today: date) -> UUID:
    """One that keeps nobody from being enrolled today."""
    begun, ended = today - timedelta(20), today - timedelta(10)
    return rows_casework.intake_pause(session, unit, start_on=begun, end_on=ended).id


def build_scene(installed: Services, house: House) -> dict[str, str]:
    """One enrolment in the caseworker's hands with an open round, a release, an invitation."""
    today = installed.clock.today()
    with installed.store.writing() as session:
        organisation = session.get_one(Organisation, house.organisation_id)
        unit = session.get_one(Unit, house.unit_id)
        study = session.get_one(Study, house.study_id)
        caseworker = session.get_one(Account, house.accounts[Role.CASEWORKER])
        researcher = session.get_one(Account, house.accounts[Role.RESEARCHER])
        person = rows.participant(session, organisation)
        rows.identity(session, person, cipher=installed.cipher)
        enrolment = rows.enrolment(
            session, organisation, participant=person, study=study, unit=unit, enrolled_on=today
        )
        rows.assignment_spell(session, enrolment, caseworker=caseworker, start_on=today)
        window = rows.round_(
            session, enrolment, due_on=today, opens_on=today, closes_on=today + timedelta(14)
        )
        # The next one is planned, so that looking at a page plans nothing.
        later = today + timedelta(91)
        rows.round_(session, enrolment, number=1, due_on=later, opens_on=later, closes_on=later)
        response = rows.response(session, window, rater=Rater.PARTICIPANT)
        rows.answer(session, response)
        release = rows.release(session, study, requested_by=researcher, status=ReleaseStatus.READY)
        release.dataset_sha256 = "0" * 64
        _make_files(installed, release.id)
        kiosk = rows.kiosk(session, caseworker)
        invitation = rows.invitation(session, organisation, email=f"{organisation.id.hex}@example.org")
        return {
            "upload_id": str(_keep_upload(installed, house)),
            "import_id": str(rows_casework.import_(session, caseworker).id),
            "pause_id": str(_past_pause(session, unit, today)),
            "activity_id": str(rows.activity_spell(session, enrolment, start_on=today).id),
            "event_id": str(rows.event(session, enrolment, happened_on=today).id),
            "agreed_id": str(rows_casework.agreed_step(session, enrolment, caseworker, agreed_on=today).id),
            "step_id": str(rows.step(session, enrolment, happened_on=today).id),
            "enrolment_id": str(enrolment.id),
            "participant_id": str(person.id),
            "round_id": str(window.id),
            "unit_id": str(house.unit_id),
            "study_id": str(house.study_id),
            "account_id": str(house.accounts[Role.CASEWORKER]),
            "release_id": str(release.id),
            "invitation_id": str(invitation.id),
            "kiosk_id": str(kiosk.id),
        }

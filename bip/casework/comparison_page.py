"""The comparison as a page."""

from uuid import UUID

from flask import render_template

from bip.auth.staff import staff
from bip.casework.compared import compare, own_private
from bip.casework.comparison import line_charts, spider_chart
from bip.casework.history import rate_first
from bip.localisation import page_language
from bip.participants.detail import record_look
from bip.participants.facts import contact_of
from bip.participants.visible import enrolment_or_404
from bip.services import reader, services
from bip.store.audit import record
from bip.store.lists import Role
from bip.store.people import Enrolment


def rate_first_page(enrolment_id: UUID) -> str | None:
    """The page that asks a caseworker to rate before looking back, where that has to be done.

    404 where the enrolment is not this reader's to see.
    """
    today = services().clock.today()
    enrolment = enrolment_or_404(reader(), staff(), enrolment_id, today)
    first = rate_first(reader(), staff(), enrolment_id, today)
    if first is None:
        return None
    record_look(services(), staff(), enrolment.participant_id)
    contact = contact_of(reader(), services().cipher, enrolment.participant_id)
    name = contact.name if contact else None
    return render_template("casework/rate_first.html", first=first, enrolment_id=enrolment_id, name=name)


def own_page(enrolment_id: UUID) -> str:
    """What the reader has rated for nobody else to see."""
    if page := rate_first_page(enrolment_id):
        return page
    compared = own_private(services(), reader(), staff(), enrolment_id, page_language())
    record_look(services(), staff(), reader().get_one(Enrolment, enrolment_id).participant_id)
    return render_template(
        "casework/own.html",
        enrolment_id=enrolment_id,
        compared=compared,
        lines=line_charts(compared.comparison, compared.words),
    )


def comparison_page(enrolment_id: UUID) -> str:
    """Pictures and tables of the opened rounds; 404 where the enrolment is not this reader's to see."""
    if page := rate_first_page(enrolment_id):
        return page
    compared = compare(services(), reader(), staff(), enrolment_id, page_language())
    _record_comparison(enrolment_id)
    return render_template(
        "casework/comparison.html",
        enrolment_id=enrolment_id,
        compared=compared,
        may_rate=staff().has(Role.CASEWORKER),
        spider=spider_chart(compared.comparison, compared.words),
        lines=line_charts(compared.comparison, compared.words),
    )


def _record_comparison(enrolment_id: UUID) -> None:
    """Only here: the worklist takes it as the reader's having looked at both raters' answers."""
    with services().store.writing() as session:
        record(session, staff().actor, services().clock.now(), "comparison_viewed", enrolment=enrolment_id)

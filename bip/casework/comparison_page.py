"""The comparison as a page."""

from uuid import UUID

from flask import render_template

from bip.auth.staff import staff
from bip.casework.compared import compare, own_private
from bip.casework.comparison import line_charts, spider_chart
from bip.localisation import page_language
from bip.services import reader, services
from bip.store.lists import Role


def own_page(enrolment_id: UUID) -> str:
    """What the reader has rated for nobody else to see."""
    compared = own_private(services(), reader(), staff(), enrolment_id, page_language())
    return render_template(
        "casework/own.html",
        enrolment_id=enrolment_id,
        compared=compared,
        lines=line_charts(compared.comparison, compared.words),
    )


def comparison_page(enrolment_id: UUID) -> str:
    """Pictures and tables of the opened rounds; 404 where the enrolment is not this reader's to see."""
    compared = compare(services(), reader(), staff(), enrolment_id, page_language())
    return render_template(
        "casework/comparison.html",
        enrolment_id=enrolment_id,
        compared=compared,
        may_rate=staff().has(Role.CASEWORKER),
        spider=spider_chart(compared.comparison, compared.words),
        lines=line_charts(compared.comparison, compared.words),
    )

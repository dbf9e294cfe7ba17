"""The comparison as a page."""

from uuid import UUID

from flask import render_template

from bip.auth.staff import staff
from bip.casework.compared import compare
from bip.casework.comparison import line_charts, spider_chart
from bip.localisation import page_language
from bip.services import reader, services


def comparison_page(enrolment_id: UUID) -> str:
    """Pictures and tables of the opened rounds; 404 where the enrolment is not this reader's to see."""
    compared = compare(services(), reader(), staff(), enrolment_id, page_language())
    return render_template(
        "casework/comparison.html",
        enrolment_id=enrolment_id,
        compared=compared,
        spider=spider_chart(compared.comparison, compared.words),
        lines=line_charts(compared.comparison, compared.words),
    )

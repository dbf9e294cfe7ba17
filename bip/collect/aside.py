"""The pages beside the questions: what happens with the answers, stopping, leaving the study, own answers
over time, what does not work. They are there after sending too, and when the time is over.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from enum import StrEnum
from functools import wraps
from typing import Concatenate, Final, ParamSpec
from uuid import UUID, uuid4

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bip.auth.staff import signed_in
from bip.collect import service
from bip.collect.faults import FAULTS, Fault, report_fault
from bip.collect.information import information_for
from bip.collect.own_answers import given_by_others, view_own_answers
from bip.collect.own_figure import own_figure
from bip.collect.routes import address, sheet_of
from bip.collect.sheet import Sheet, end_of
from bip.collect.tokens import Writer
from bip.collect.visits import came_by_code, leave_visit, sitting_of
from bip.collect.withdrawing import NotOwnError, withdraw_self
from bip.kiosk.device import this_kiosk
from bip.localisation import PARTICIPANT_LANGUAGES, direction, own_name, page_language
from bip.participants.withdrawal import WithdrawalError
from bip.services import reader, services
from bip.site import LanguageLink

aside = Blueprint("aside", __name__)
P = ParamSpec("P")
# When the accessibility statement was last read against the pages.
STATED_ON: Final = date(2026, 11, 22)


class Refusal(StrEnum):
    """Why a page that is for the participant alone is not shown."""

    ELSEWHERE = "elsewhere"
    STAFF_HERE = "staff_here"
    BY_OTHERS = "by_others"
    NOT_SENT = "not_sent"
    NOT_YET = "not_yet"
    SHARED = "shared"


def _of_response(
    view: Callable[Concatenate[str, Sheet, P], ResponseReturnValue],
) -> Callable[..., ResponseReturnValue]:
    """Give a page the sheet of its token, whether or not it can still be answered."""

    @wraps(view)
    def with_sheet(token: str, *args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        return view(token, _in_language_wished(sheet_of(token)), *args, **kwargs)

    return with_sheet


def _in_language_wished(sheet: Sheet) -> Sheet:
    """The response goes on in the language that is chosen here; once it has ended only the page does."""
    wished = request.args.get("language")
    if wished not in sheet.languages or wished == sheet.language:
        return sheet
    if not _ended(sheet):
        service.choose_language(services(), sheet.response_id, wished)
    g.language = wished
    return replace(sheet, language=wished)


def _ended(sheet: Sheet) -> bool:
    return end_of(sheet.submitted, sheet.last_day, services().clock.today()) is not None


def _page(template: str, token: str, sheet: Sheet, **more: object) -> str:
    number = request.args.get("number", 0, type=int)
    g.language_links = [
        LanguageLink(tag, own_name(tag), f"?language={tag}&number={number}", tag == sheet.language)
        for tag in sheet.languages
    ]
    return render_template(
        f"aside/{template}.html",
        token=token,
        sheet=sheet,
        number=number,
        ended=_ended(sheet),
        back=address(token, sheet.total, number),
        **more,
    )


@aside.get("/answer/<token>/about")
@_of_response
def about(token: str, sheet: Sheet) -> ResponseReturnValue:
    """What happens with the answers."""
    told = information_for(reader().connection(), sheet.study_id, sheet.language, sheet.languages)
    return _page("about", token, sheet, information=told.text if told else None)


@aside.get("/answer/<token>/stop")
@_of_response
def stop(token: str, sheet: Sheet) -> ResponseReturnValue:
    """Before leaving: that the answers are kept."""
    return _page("stop", token, sheet)


@aside.post("/answer/<token>/stop")
@_of_response
def leave(_token: str, _sheet: Sheet) -> ResponseReturnValue:
    """End the visit; the code goes on with it later."""
    leave_visit()
    return redirect(url_for("collect.enter"))


@aside.get("/answer/<token>/withdraw")
@_of_response
def withdrawal(token: str, sheet: Sheet) -> ResponseReturnValue:
    """What it means to leave the study, and the question whether to."""
    refusal = _refusal(sheet.response_id)
    return _refused(token, sheet, refusal) if refusal else _page("withdraw", token, sheet)


@aside.post("/answer/<token>/withdraw")
@_of_response
def withdraw(token: str, sheet: Sheet) -> ResponseReturnValue:
    """Leave the study; the visit ends with it."""
    refusal = _refusal(sheet.response_id)
    if refusal:
        return _refused(token, sheet, refusal)
    try:
        withdraw_self(services(), sheet.response_id)
    except NotOwnError:
        return _refused(token, sheet, Refusal.BY_OTHERS)
    except WithdrawalError:
        return _refused(token, sheet, Refusal.NOT_YET)
    # Once the visit is over there is no other language to see this in.
    page = _page("withdrawn", token, replace(sheet, languages=(sheet.language,)))
    leave_visit()
    return page


@aside.get("/answer/<token>/mine")
@_of_response
def mine(token: str, sheet: Sheet) -> ResponseReturnValue:
    """The own answers of all rounds that were sent."""
    refusal = _refusal(sheet.response_id) or (None if sheet.submitted else Refusal.NOT_SENT)
    if this_kiosk():
        refusal = Refusal.SHARED
    if refusal:
        return _refused(token, sheet, refusal)
    # The visit is there: without it the page has been refused.
    of = Writer(sheet.response_id, sitting_of(sheet.response_id) or uuid4())
    indicators = view_own_answers(services(), reader(), of, sheet.language)
    mirrored = direction(sheet.language) == "rtl"
    shown = [(indicator, own_figure(indicator, mirrored=mirrored)) for indicator in indicators]
    return _page("mine", token, sheet, shown=shown)


def _refusal(response_id: UUID) -> Refusal | None:
    """Why this browser is not sure to be with the participant alone; None where it is."""
    if not came_by_code(response_id):
        return Refusal.ELSEWHERE
    if signed_in():
        return Refusal.STAFF_HERE
    return Refusal.BY_OTHERS if given_by_others(reader(), response_id) else None


def _refused(token: str, sheet: Sheet, refusal: Refusal) -> ResponseReturnValue:
    leaving = request.endpoint != "aside.mine"
    return _page("refused", token, sheet, refusal=refusal, leaving=leaving), 403


@aside.get("/answer/<token>/fault")
@_of_response
def fault(token: str, sheet: Sheet) -> ResponseReturnValue:
    """What does not work on the page?"""
    return _page("fault", token, sheet, faults=FAULTS)


@aside.post("/answer/<token>/fault")
@_of_response
def report(token: str, sheet: Sheet) -> ResponseReturnValue:
    """Keep what does not work."""
    said = request.form.get("fault")
    if said not in set(Fault):
        return _page("fault", token, sheet, faults=FAULTS, nothing_chosen=True), 400
    report_fault(services(), sheet.response_id, Fault(said))
    return _page("fault", token, sheet, reported=True)


@aside.get("/accessibility")
def accessibility() -> ResponseReturnValue:
    """How accessible the pages are, and where to say that they are not; in the language one comes with."""
    wished = request.args.get("language")
    if wished in PARTICIPANT_LANGUAGES:
        g.language = wished
    spoken = page_language()
    g.language_links = [
        LanguageLink(tag, own_name(tag), f"?language={tag}", tag == spoken) for tag in PARTICIPANT_LANGUAGES
    ]
    return render_template("aside/accessibility.html", stated_on=STATED_ON)

"""The participant's pages: the code, one question a screen, what was answered, thanks."""

from collections.abc import Callable
from functools import partial, wraps
from typing import Concatenate, ParamSpec
from uuid import UUID

from flask import (
    Blueprint,
    abort,
    g,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import format_date, gettext
from sqlalchemy.exc import NoResultFound

from bip.auth.staff import signed_in
from bip.collect import service
from bip.collect.answers import SKIPPED
from bip.collect.assistance import AssistanceForm
from bip.collect.beginning import Arrival
from bip.collect.beginning import enter as enter_code
from bip.collect.device import PLACE, data_block, entrance_device, scripts, with_device
from bip.collect.forms import CodeForm, question_form
from bip.collect.held import HeldResponse
from bip.collect.information import information_for
from bip.collect.question_page import Shown, page_with, question_page
from bip.collect.sheet import PARTICIPANT, EndedError, Sheet, Standing, read_sheet
from bip.collect.tokens import is_shared, response_of, token_of
from bip.collect.visits import Visit, begin_visit, is_fresh, leave_visit, sitting_of, visit_to
from bip.kiosk.device import this_kiosk
from bip.limits import WRONG_CODES
from bip.localisation import own_name
from bip.rounds.codes import CodeError
from bip.services import reader, services
from bip.site import LanguageLink
from bip.store.audit import Actor

collect = Blueprint("collect", __name__)
P = ParamSpec("P")


@collect.get("/")
def enter() -> ResponseReturnValue:
    """Where the code of a letter is written. Whoever used the browser before has left."""
    leave_visit()
    return _entrance(CodeForm())


@collect.post("/")
def open_code() -> ResponseReturnValue:
    """To the questions that the code leads to."""
    form = CodeForm(request.form)
    return _enter(form) if form.validate() else _entrance(form)


@collect.get("/k/<code>")
def open_link(code: str) -> ResponseReturnValue:
    """The way of the letter's QR code."""
    return _enter(CodeForm(data={"code": code}))


def _entrance(form: CodeForm, *, again: bool = False) -> str:
    return render_template(
        "collect/enter.html",
        form=form,
        again=again,
        shared=this_kiosk() is not None,
        entrance=data_block("entrance", entrance_device()) + scripts("entrance"),
    )


def _enter(form: CodeForm) -> ResponseReturnValue:
    at = services()
    at.tries.require_left(WRONG_CODES)
    try:
        arrival = Arrival(session.get("language"), _signed_in_actor(), this_kiosk() is not None)
        response_id = enter_code(at, form.code.data, arrival)
    except CodeError as error:
        at.tries.count(WRONG_CODES)
        form.code.errors = [_in_words(error, form.code.data)]
        return _entrance(form)
    begin_visit(response_id, by_code=True)
    # The wish was this person's; the response has it from here on.
    session.pop("language", None)
    shared = this_kiosk() is not None
    return redirect(url_for("collect.begin", token=token_of(at, response_id, shared=shared)))


def _signed_in_actor() -> Actor | None:
    found = signed_in()
    return found.actor if found else None


def _in_words(error: CodeError, written: str) -> str:
    if error.reason == "spent":
        words = gettext("The answers for this code are already in. Thank you! You need to do nothing more.")
    elif error.reason == "replaced":
        words = gettext("You have got a newer letter. Use the code on that one, or ask your caseworker.")
    elif error.reason == "closed":
        words = gettext("The time for these questions is over. Ask your caseworker when the next ones come.")
    elif error.reason == "early":
        day = format_date(service.opening_day(reader(), services(), written), "long")
        words = gettext("It is too early. You can use this code from %(day)s.", day=day)
    else:
        words = gettext("There is no such code. Compare it with your letter, or ask for a new one.")
    return str(words)


def _answers(
    view: Callable[Concatenate[str, Sheet, P], ResponseReturnValue],
) -> Callable[..., ResponseReturnValue]:
    """Give a page the sheet of its token, in the language of the response, while it can be answered."""

    @wraps(view)
    def with_sheet(token: str, *args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        sheet = sheet_of(token)
        sheet.require_open(services().clock.today())
        return view(token, sheet, *args, **kwargs)

    return with_sheet


class OtherVisitError(Exception):
    """The address of somebody who has left this browser, or in whose place another has come."""


def sheet_of(token: str) -> Sheet:
    """The sheet behind an address, whose language the page speaks from here on; 404 where there is none.

    Raises OtherVisitError where this browser may not show it.
    """
    at = services()
    response_id = response_of(at, token) or abort(404)
    # On a shared tablet the next person may open the page of one who has just gone.
    sitting = None if this_kiosk() else sitting_of(response_id)
    sheet = read_sheet(at.store, response_id, sitting) or abort(404)
    g.language, g.first_language = sheet.language, sheet.languages[0]
    if not _may_go_on(token, response_id):
        raise OtherVisitError
    return sheet


def _may_go_on(token: str, response_id: UUID) -> bool:
    """Whether this browser may show the pages of a response."""
    visit = visit_to(response_id)
    return visit is Visit.SAME or (visit is Visit.NONE and _good_by_itself(token))


def _good_by_itself(token: str) -> bool:
    """Whether an address is enough without a visit.

    A shared tablet keeps cookies, so that whoever has none of the visit has not written the code; and who
    opens its history without cookies has not either.
    """
    return this_kiosk() is None and not is_shared(token)


@collect.app_errorhandler(OtherVisitError)
def code_again(_error: OtherVisitError) -> ResponseReturnValue:
    """The code again; nothing of the person."""
    return _entrance(CodeForm(), again=True), 403


def _page(template: str, token: str, sheet: Sheet, here: int, **more: object) -> str:
    """A page of the response; the study's languages each lead back to it (see `address` for `here`)."""
    start = url_for("collect.begin", token=token)
    g.language_links = [
        LanguageLink(
            tag,
            own_name(tag),
            f"{start}language/{tag}?number={here}",
            tag == sheet.language,
        )
        for tag in sheet.languages
    ]
    return render_template(template, token=token, sheet=sheet, device_place=PLACE, **more)


@collect.errorhandler(EndedError)
def ended(error: EndedError) -> ResponseReturnValue:
    """Every address of the response once it is in or its time is over; what comes late changes nothing."""
    late = request.method == "POST"
    # The language of the response is as it is; there is no other to go on in.
    g.language_links = [LanguageLink(g.language, own_name(g.language), request.path, current=True)]
    token, shared = (request.view_args or {})["token"], this_kiosk() is not None
    mine = url_for("aside.mine", token=token) if _may_see_own(token) and not shared else None
    delivery = data_block("entrance", entrance_device()) + scripts("deliver")
    page = render_template(
        "collect/ended.html", reason=error.reason, late=late, own_answers=mine, delivery=delivery
    )
    return page, 409 if late else 200


def _may_see_own(token: str) -> bool:
    """Whether whoever has this page is the person who wrote the code, as far as the browser knows."""
    response_id = response_of(services(), token)
    return response_id is not None and visit_to(response_id) is Visit.SAME and signed_in() is None


@collect.get("/answer/<token>/")
@_answers
def begin(token: str, sheet: Sheet) -> ResponseReturnValue:
    """What this is about, in which language, and on to the first question that is open."""
    page = _page("collect/begin.html", token, sheet, 0, information=_information(sheet))
    return with_device(page, sheet, sitting_of(sheet.response_id), fresh=is_fresh(), own=False)


def _information(sheet: Sheet) -> str | None:
    """What the study tells its participants, in the language of the response or else in its own."""
    found = information_for(reader().connection(), sheet.study_id, sheet.language, sheet.languages)
    return found.text if found else None


@collect.get("/answer/<token>/language/<tag>")
@_answers
def language(token: str, sheet: Sheet, tag: str) -> ResponseReturnValue:
    """Go on in another of the study's languages."""
    if tag not in sheet.languages:
        abort(404)
    service.choose_language(services(), sheet.response_id, tag)
    return redirect(address(token, sheet.total, request.args.get("number", 0, type=int)))


@collect.get("/answer/<token>/<int:number>")
@_answers
def question(token: str, sheet: Sheet, number: int) -> ResponseReturnValue:
    """One question."""
    if not 1 <= number <= sheet.total:
        abort(404)
    page = question_page(Shown.of(sheet, sheet.questions[number - 1]))
    return with_device(page, sheet, sitting_of(sheet.response_id), own=True)


@collect.post("/answer/<token>/<int:number>")
def save(token: str, number: int) -> ResponseReturnValue:
    """Save what was chosen, or that the question was skipped, and go on."""
    at = services()
    response_id = response_of(at, token) or abort(404)
    visit = visit_to(response_id)
    if visit is not Visit.SAME and not _good_by_itself(token):
        raise OtherVisitError
    # In another tab than somebody else's: the answer goes where its address says, and the visit stays theirs.
    sitting = begin_visit(response_id) if visit is Visit.NONE else sitting_of(response_id)
    try:
        held = service.save_choice(at, response_id, partial(_choice, number), sitting)
    except (EndedError, NoResultFound):
        held = None
    if held is None:
        return _not_saved(token, number)
    total = len(held.into.instrument.items_for(PARTICIPANT))
    return redirect(address(token, total, number - 1 if "back" in request.form else number + 1))


def _choice(number: int, held: HeldResponse) -> tuple[str, int] | None:
    """What the form sends, if anything that can be saved."""
    asked = held.into.instrument.items_for(PARTICIPANT)
    if not 1 <= number <= len(asked):
        abort(404)
    item = asked[number - 1].key
    if "skip" in request.form:
        return item, SKIPPED
    form = question_form(held.into.instrument.id, number, held.language)(request.form)
    return (item, form.answer.data) if form.validate() and form.answer.data is not None else None


@_answers
def _not_saved(token: str, sheet: Sheet, number: int) -> ResponseReturnValue:
    """On where nothing was chosen and nothing need be; else the question again, with what is wrong."""
    asked = sheet.questions[number - 1]
    shown = Shown.of(sheet, asked)
    form = question_form(shown.instrument, number, sheet.language)(request.form)
    if form.validate():
        # Where there is an answer already, sending nothing keeps it.
        if "back" in request.form or asked.standing is not Standing.OPEN:
            number += -1 if "back" in request.form else 1
            return redirect(address(token, sheet.total, number))
        form.answer.errors = [gettext("Choose an answer, or skip the question.")]
    return with_device(page_with(shown, form.answer), sheet, sitting_of(sheet.response_id), own=True)


def address(token: str, total: int, number: int) -> str:
    """The page before the questions (0), a question, or the one after them."""
    if number < 1:
        return url_for("collect.begin", token=token)
    if number > total:
        return url_for("collect.summary", token=token)
    return url_for("collect.question", token=token, number=number)


@collect.get("/answer/<token>/summary")
@_answers
def summary(token: str, sheet: Sheet) -> ResponseReturnValue:
    """Every question with how far it has come, before the answers are sent."""
    page = _page("collect/summary.html", token, sheet, sheet.total + 1, helped=AssistanceForm())
    return with_device(page, sheet, sitting_of(sheet.response_id), own=True)


@collect.post("/answer/<token>/summary")
@_answers
def submit(token: str, sheet: Sheet) -> ResponseReturnValue:
    """Send the answers; from here on nothing changes them."""
    service.submit_response(services(), sheet.response_id, AssistanceForm(request.form).chosen)
    return redirect(url_for("collect.begin", token=token))

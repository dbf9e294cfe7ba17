"""Its pages: the conversation itself, what is agreed in it, and the sheet to take home."""

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from markupsafe import Markup

from bip.auth.forms import Form
from bip.auth.staff import Staff, requires, staff
from bip.casework.comparison import line_charts, spider_chart
from bip.casework.comparison_page import rate_first_page
from bip.casework.forms import ASSISTANCES
from bip.conversation.agreed import EndedError, agree, mark_done, remove
from bip.conversation.forms import AgreeForm
from bip.conversation.home import home_page, size_of
from bip.conversation.reading import labels
from bip.conversation.table import lay_table
from bip.conversation.words import STEPS
from bip.localisation import own_name, page_language, speaking
from bip.participants.visible import enrolment_or_404
from bip.services import Services, reader, services
from bip.store.lists import Role

conversation = Blueprint("conversation", __name__)


@conversation.route("/enrolments/<uuid:enrolment_id>/conversation", methods=["GET", "POST"])
@requires(Role.CASEWORKER, Role.COORDINATOR)
def show(enrolment_id: UUID) -> ResponseReturnValue:
    """For both at one table, and the form for a next step."""
    at = services()
    enrolment_or_404(reader(), staff(), enrolment_id, at.clock.today())
    if first := rate_first_page(enrolment_id):
        return first
    form = AgreeForm(at.clock.today())
    if form.validate_on_submit():
        _say(
            lambda: agree(at, staff(), enrolment_id, form.step, form.by_on.data),
            gettext("The next step is agreed."),
        )
        return _back(enrolment_id)
    table = lay_table(at, reader(), staff(), enrolment_id, page_language(), printed=False)
    comparison, words = table.compared.comparison, table.compared.words
    return render_template(
        "conversation/show.html",
        enrolment_id=enrolment_id,
        table=table,
        form=form,
        token=Form(),
        kinds=STEPS,
        assistances=ASSISTANCES,
        spider=spider_chart(comparison, words),
        lines=line_charts(comparison, words),
    )


@conversation.post("/enrolments/<uuid:enrolment_id>/agreed/<uuid:agreed_id>/done")
@requires(Role.CASEWORKER, Role.COORDINATOR)
def done(enrolment_id: UUID, agreed_id: UUID) -> ResponseReturnValue:
    """A step that was agreed has been taken."""
    return _change(
        mark_done, enrolment_id, agreed_id, gettext("The step is done, and noted among the steps taken.")
    )


@conversation.post("/enrolments/<uuid:enrolment_id>/agreed/<uuid:agreed_id>/remove")
@requires(Role.CASEWORKER, Role.COORDINATOR)
def take_back(enrolment_id: UUID, agreed_id: UUID) -> ResponseReturnValue:
    """A step is not going to be taken after all."""
    return _change(remove, enrolment_id, agreed_id, gettext("The next step is removed."))


def _change(
    change: Callable[[Services, Staff, UUID, UUID], None], enrolment_id: UUID, agreed_id: UUID, said: str
) -> ResponseReturnValue:
    enrolment_or_404(reader(), staff(), enrolment_id, services().clock.today())
    form = Form()
    if form.validate_on_submit():
        _say(lambda: change(services(), staff(), enrolment_id, agreed_id), said)
    else:
        flash(str(form.csrf_token.errors[0]), "problem")
    return _back(enrolment_id)


def _say(change: Callable[[], None], said: str) -> None:
    """Make a change, and tell that it is made or why it is not."""
    try:
        change()
        flash(said, "done")
    except EndedError:
        flash(gettext("The participant has left the study, so no more steps are noted."), "problem")


def _back(enrolment_id: UUID) -> ResponseReturnValue:
    return redirect(url_for(".show", enrolment_id=enrolment_id, _anchor="steps"))


@conversation.get("/enrolments/<uuid:enrolment_id>/conversation/print")
@requires(Role.CASEWORKER, Role.COORDINATOR)
def printed(enrolment_id: UUID) -> ResponseReturnValue:
    """One page to take home, in any of the study's languages."""
    if first := rate_first_page(enrolment_id):
        return first
    voice, table, page = home_page(services(), staff(), enrolment_id, request.args.get("language"))
    with speaking(voice.language, voice.languages[0]):
        sheet = render_template("conversation/sheet.html", page=page, voice=voice, kinds=STEPS, labels=labels)
    return render_template(
        "conversation/print.html",
        size=size_of(Markup(sheet).striptags(), page, voice.language),  # noqa: S704  # rendered above
        enrolment_id=enrolment_id,
        table=table,
        voice=voice,
        sheet=Markup(sheet),  # noqa: S704  # rendered above
        own_name=own_name,
    )

"""Its pages: the course of an enrolment, what is written into it, and what does not fit together."""

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from bip.auth.forms import Form
from bip.auth.staff import requires, staff
from bip.conversation.words import STEPS
from bip.followup import activities, events, exits
from bip.followup.course import ExitLine, read_course
from bip.followup.days import DayError
from bip.followup.due import MONTHS
from bip.followup.forms import ActivityForm, EventForm, ExitForm, FollowUpForm, StepForm, in_words
from bip.followup.reconciliation import reconcile
from bip.followup.steps import add_step, remove_step, step_or_404
from bip.followup.timeline import timeline
from bip.followup.words import ACTIVITIES, EVENTS, EXIT_REASONS, FOLLOW_UPS, MIXES, SOURCES, step_name
from bip.participants.detail import record_look
from bip.participants.facts import contact_of
from bip.participants.visible import enrolment_or_404
from bip.services import reader, services
from bip.store.lists import Role
from bip.store.people import Enrolment

followup = Blueprint("followup", __name__)

WORDS = {
    "activities": ACTIVITIES,
    "events": EVENTS,
    "exit_reasons": EXIT_REASONS,
    "mixes": MIXES,
    "follow_ups": FOLLOW_UPS,
    "sources": SOURCES,
    "steps": STEPS,
    "step_name": step_name,
}


@followup.get("/enrolments/<uuid:enrolment_id>/course")
@requires(Role.CASEWORKER, Role.COORDINATOR)
def course(enrolment_id: UUID) -> ResponseReturnValue:
    """What happened around the rounds."""
    enrolment = _enrolment(enrolment_id)
    found = read_course(reader(), services(), staff(), enrolment_id)
    record_look(services(), staff(), enrolment.participant_id)
    return render_template(
        "followup/course.html",
        course=found,
        timeline=timeline(found),
        step_form=StepForm(),
        form=Form(),
        words=WORDS,
        months_asked=MONTHS,
    )


@followup.post("/enrolments/<uuid:enrolment_id>/steps")
@requires(Role.CASEWORKER, Role.COORDINATOR)
def step(enrolment_id: UUID) -> ResponseReturnValue:
    """A step was taken today."""
    _enrolment(enrolment_id)
    form = StepForm()
    if form.validate_on_submit() and _kept(
        form, lambda: add_step(services(), staff(), enrolment_id, form.new_id(staff()), form.chosen)
    ):
        flash(gettext("Written down: %(step)s.", step=STEPS[form.chosen]), "done")
    return _back(enrolment_id, form)


@followup.post("/enrolments/<uuid:enrolment_id>/steps/<uuid:step_id>/remove")
@requires(Role.CASEWORKER, Role.COORDINATOR)
def step_removal(enrolment_id: UUID, step_id: UUID) -> ResponseReturnValue:
    """The step was written by mistake."""
    _enrolment(enrolment_id)
    step_or_404(reader(), enrolment_id, step_id)
    return _removed(enrolment_id, lambda: remove_step(services(), staff(), enrolment_id, step_id))


@followup.route("/enrolments/<uuid:enrolment_id>/activities/new", methods=["GET", "POST"])
@requires(Role.CASEWORKER, Role.COORDINATOR)
def new_activity(enrolment_id: UUID) -> ResponseReturnValue:
    """Write an activity down."""
    enrolment = _enrolment(enrolment_id)
    form = ActivityForm(services().clock.today())
    return _noted(gettext("Add an activity"), form, enrolment, activities.add_activity)


@followup.route("/enrolments/<uuid:enrolment_id>/activities/<uuid:activity_id>", methods=["GET", "POST"])
@requires(Role.CASEWORKER, Role.COORDINATOR)
def activity(enrolment_id: UUID, activity_id: UUID) -> ResponseReturnValue:
    """Change an activity."""
    enrolment = _enrolment(enrolment_id)
    known = activities.as_written(activities.activity_or_404(reader(), enrolment_id, activity_id))
    form = ActivityForm(services().clock.today(), known)
    title = gettext("Change an activity")
    return _noted(title, form, enrolment, activities.change_activity, activity_id)


@followup.post("/enrolments/<uuid:enrolment_id>/activities/<uuid:activity_id>/remove")
@requires(Role.CASEWORKER, Role.COORDINATOR)
def activity_removal(enrolment_id: UUID, activity_id: UUID) -> ResponseReturnValue:
    """The activity was written by mistake."""
    _enrolment(enrolment_id)
    activities.activity_or_404(reader(), enrolment_id, activity_id)
    return _removed(
        enrolment_id, lambda: activities.remove_activity(services(), staff(), enrolment_id, activity_id)
    )


@followup.route("/enrolments/<uuid:enrolment_id>/events/new", methods=["GET", "POST"])
@requires(Role.CASEWORKER, Role.COORDINATOR)
def new_event(enrolment_id: UUID) -> ResponseReturnValue:
    """Write an event down."""
    enrolment = _enrolment(enrolment_id)
    form = EventForm(services().clock.today())
    return _noted(gettext("Add an event"), form, enrolment, events.add_event)


@followup.route("/enrolments/<uuid:enrolment_id>/events/<uuid:event_id>", methods=["GET", "POST"])
@requires(Role.CASEWORKER, Role.COORDINATOR)
def event(enrolment_id: UUID, event_id: UUID) -> ResponseReturnValue:
    """Change an event."""
    enrolment = _enrolment(enrolment_id)
    known = events.as_written(events.event_or_404(reader(), enrolment_id, event_id))
    form = EventForm(services().clock.today(), known)
    return _noted(gettext("Change an event"), form, enrolment, events.change_event, event_id)


@followup.post("/enrolments/<uuid:enrolment_id>/events/<uuid:event_id>/remove")
@requires(Role.CASEWORKER, Role.COORDINATOR)
def event_removal(enrolment_id: UUID, event_id: UUID) -> ResponseReturnValue:
    """The event was written by mistake."""
    _enrolment(enrolment_id)
    events.event_or_404(reader(), enrolment_id, event_id)
    return _removed(enrolment_id, lambda: events.remove_event(services(), staff(), enrolment_id, event_id))


@followup.route("/enrolments/<uuid:enrolment_id>/exit", methods=["GET", "POST"])
@requires(Role.CASEWORKER, Role.COORDINATOR)
def leaving(enrolment_id: UUID) -> ResponseReturnValue:
    """The exit with its reason; once it is written, the coordinator's to change."""
    enrolment = _enrolment(enrolment_id)
    left = exits.exit_of(reader(), enrolment_id)
    if left is not None and not staff().has(Role.COORDINATOR):
        abort(403)
    form = ExitForm(services().clock.today(), ExitLine(left.left_on, left.reason) if left else None)
    if form.validate_on_submit() and _kept(
        form, lambda: exits.save_exit(services(), staff(), enrolment_id, form.left_on.data, form.chosen)
    ):
        return _saved(enrolment_id)
    remove = url_for(".leaving_removal", enrolment_id=enrolment_id) if left else None
    intro = gettext(
        "The exit ends the enrolment. After the last day nothing is asked of the participant, and answers "
        "from later days count in no study. A job or an education is written down as an event as well."
    )
    return _form_page(gettext("Exit"), form, enrolment, remove, intro)


@followup.post("/enrolments/<uuid:enrolment_id>/exit/remove")
@requires(Role.COORDINATOR)
def leaving_removal(enrolment_id: UUID) -> ResponseReturnValue:
    """The exit was written by mistake, or the participant goes on."""
    _enrolment(enrolment_id)
    return _removed(enrolment_id, lambda: exits.remove_exit(services(), staff(), enrolment_id))


@followup.route("/enrolments/<uuid:enrolment_id>/follow-ups/<int:months>", methods=["GET", "POST"])
@requires(Role.CASEWORKER, Role.COORDINATOR)
def follow_up(enrolment_id: UUID, months: int) -> ResponseReturnValue:
    """What was found so many months after the exit."""
    enrolment = _enrolment(enrolment_id)
    if months not in MONTHS:
        abort(404)
    if exits.exit_of(reader(), enrolment_id) is None:
        flash(gettext("Follow-ups come after the exit. Write the exit down first."), "info")
        return redirect(url_for(".course", enrolment_id=enrolment_id))
    made = exits.follow_up_of(reader(), enrolment_id, months)
    form = FollowUpForm(services().clock.today(), exits.Found(made.asked_on, made.status) if made else None)
    if form.validate_on_submit() and _kept(
        form,
        lambda: exits.save_follow_up(services(), staff(), enrolment_id, months, form.found),
    ):
        return _saved(enrolment_id)
    return _form_page(gettext("Follow-up %(months)s months after the exit", months=months), form, enrolment)


@followup.get("/reconciliation")
@requires(Role.CASEWORKER, Role.COORDINATOR)
def reconciliation() -> ResponseReturnValue:
    """What does not fit together, or is still to be asked."""
    return render_template("followup/reconciliation.html", lines=reconcile(reader(), services(), staff()))


def _enrolment(enrolment_id: UUID) -> Enrolment:
    return enrolment_or_404(reader(), staff(), enrolment_id, services().clock.today())


def _noted(
    title: str,
    form: ActivityForm | EventForm,
    enrolment: Enrolment,
    save: Callable[..., None],
    known_id: UUID | None = None,
) -> ResponseReturnValue:
    """Write down an activity or an event, or change the one that is known."""
    if form.validate_on_submit():
        row_id = known_id or form.new_id(staff())
        if _kept(form, lambda: save(services(), staff(), enrolment.id, row_id, form.written)):
            return _saved(enrolment.id)
    # Each page that changes something has one beside it that removes it.
    remove = url_for(f"{request.endpoint}_removal", **(request.view_args or {})) if known_id else None
    return _form_page(title, form, enrolment, remove)


def _kept(form: Form, save: Callable[[], None]) -> bool:
    """Whether it could be saved; if not, the form says why."""
    try:
        save()
    except DayError as error:
        form[error.field].errors = [in_words(error)]
        return False
    return True


def _saved(enrolment_id: UUID) -> ResponseReturnValue:
    flash(gettext("Saved."), "done")
    return redirect(url_for(".course", enrolment_id=enrolment_id))


def _removed(enrolment_id: UUID, remove: Callable[[], None]) -> ResponseReturnValue:
    form = Form()
    if form.validate_on_submit():
        try:
            remove()
        except DayError as error:
            flash(in_words(error), "problem")
        else:
            flash(gettext("Removed."), "done")
    return _back(enrolment_id, form)


def _back(enrolment_id: UUID, form: Form) -> ResponseReturnValue:
    """To the course, with what the form has to say."""
    for message in (message for field in form for message in field.errors):
        flash(str(message), "problem")
    return redirect(url_for(".course", enrolment_id=enrolment_id))


def _form_page(
    title: str, form: Form, enrolment: Enrolment, remove: str | None = None, intro: str | None = None
) -> ResponseReturnValue:
    """A form about an enrolment; whom it is about is shown, and that is noted in the trail."""
    record_look(services(), staff(), enrolment.participant_id)
    contact = contact_of(reader(), services().cipher, enrolment.participant_id)
    return render_template(
        "followup/form.html",
        title=title,
        form=form,
        enrolment_id=enrolment.id,
        name=contact.name if contact else None,
        remove=remove,
        removal=Form(),
        intro=intro,
    )

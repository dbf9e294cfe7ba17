"""Pages for files: choosing one, its dry run, taking it in, and undoing that."""

from io import BytesIO
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import abort, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from bip.auth.forms import Form
from bip.auth.staff import requires, staff
from bip.bulk.blueprint import bulk
from bip.bulk.forms import FileForm
from bip.bulk.keys import list_keys
from bip.bulk.kinds import KINDS
from bip.bulk.plan import Verdict, of_verdict
from bip.bulk.service import (
    NothingToDoError,
    ShiftedError,
    confirm,
    dry_run,
    take,
    wrong_lines,
)
from bip.bulk.sheet import FileError
from bip.bulk.template import MIME_TYPES, template
from bip.bulk.undo import UndoError, is_own, list_imports, undo
from bip.bulk.uploads import kept_upload
from bip.localisation import page_language
from bip.services import reader, services
from bip.store.lists import ImportKind, Role


@bulk.route("/files", methods=["GET", "POST"])
@requires(Role.COORDINATOR)
def files() -> ResponseReturnValue:
    """Choose a file to look through; what was taken in before."""
    form = FileForm()
    if form.validate_on_submit():
        try:
            upload_id = take(services(), staff(), form.chosen, form.file.data.read())
        except FileError as error:
            form.file.errors = [str(error)]
        else:
            return redirect(url_for(".look", upload_id=upload_id))
    return render_template(
        "bulk/files.html",
        form=form,
        kinds=KINDS,
        imports=list_imports(reader(), staff()),
        timezone=ZoneInfo(services().settings.timezone),
    )


@bulk.get("/files/template/<kind>.<ending>")
@requires(Role.COORDINATOR)
def empty_file(kind: str, ending: str) -> ResponseReturnValue:
    """An empty file with the right columns, in the language of the pages."""
    if kind not in list(ImportKind) or ending not in MIME_TYPES:
        abort(404)
    content = template(ImportKind(kind), ending, page_language())
    return _download(content, MIME_TYPES[ending], f"{kind}.{ending}")


@bulk.get("/files/keys")
@requires(Role.COORDINATOR)
def keys() -> ResponseReturnValue:
    """Which key belongs to whom."""
    return render_template("bulk/keys.html", lines=list_keys(services(), staff()))


@bulk.get("/files/<uuid:upload_id>")
@requires(Role.COORDINATOR)
def look(upload_id: UUID) -> ResponseReturnValue:
    """The dry run: what would happen, line by line."""
    upload = kept_upload(services(), staff(), upload_id)
    lines = dry_run(services(), staff(), upload)
    return render_template(
        "bulk/look.html",
        form=Form(),
        upload_id=upload_id,
        kind=KINDS[upload.kind],
        sheet=upload.sheet,
        **{verdict.value: of_verdict(lines, verdict) for verdict in Verdict},
    )


@bulk.get("/files/<uuid:upload_id>/wrong.csv")
@requires(Role.COORDINATOR)
def wrong(upload_id: UUID) -> ResponseReturnValue:
    """The lines that are wrong, to be put right and sent again."""
    upload = kept_upload(services(), staff(), upload_id)
    lines = dry_run(services(), staff(), upload)
    content = wrong_lines(upload, lines, gettext("What is wrong"))
    return _download(content, MIME_TYPES["csv"], f"{upload.kind}-wrong.csv")


@bulk.post("/files/<uuid:upload_id>/confirm")
@requires(Role.COORDINATOR)
def take_in(upload_id: UUID) -> ResponseReturnValue:
    """Take in the lines that are right and those that were ticked."""
    # Once taken in the file is forgotten; that it is sent again is as good.
    if not is_own(reader(), staff(), upload_id):
        kept_upload(services(), staff(), upload_id)
    form = Form()
    back = redirect(url_for(".look", upload_id=upload_id))
    if not form.validate_on_submit():
        flash(str(form.csrf_token.errors[0]), "problem")
        return back
    ticked = request.form.getlist("line", type=int)
    try:
        rows = confirm(services(), staff(), upload_id, ticked)
    except ShiftedError as error:
        flash(_shifted(error.numbers), "problem")
        return back
    except NothingToDoError:
        flash(gettext("No line can be taken in as it is."), "problem")
        return back
    flash(ngettext("%(num)s line is taken in.", "%(num)s lines are taken in.", rows), "done")
    return redirect(url_for(".files"))


def _shifted(numbers: list[int]) -> str:
    shown = ", ".join(map(str, numbers[:20])) + (" …" if len(numbers) > 20 else "")
    return str(
        gettext(
            "The data have changed since you looked, so nothing was taken in. These lines would now do "
            "something else: %(numbers)s. Look through them again.",
            numbers=shown,
        )
    )


@bulk.post("/files/imports/<uuid:import_id>/undo")
@requires(Role.COORDINATOR)
def undone(import_id: UUID) -> ResponseReturnValue:
    """Take back what a file did."""
    if not is_own(reader(), staff(), import_id):
        abort(404)
    form = Form()
    if not form.validate_on_submit():
        flash(str(form.csrf_token.errors[0]), "problem")
        return redirect(url_for(".files"))
    try:
        undo(services(), staff(), import_id)
    except UndoError as error:
        return render_template("bulk/built_on.html", on=error.on), 409
    flash(gettext("The file is undone. What it added is gone, and what it changed is as before."), "done")
    return redirect(url_for(".files"))


def _download(content: bytes, mime_type: str, name: str) -> ResponseReturnValue:
    return send_file(BytesIO(content), mime_type, as_attachment=True, download_name=name)

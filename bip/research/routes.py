"""The researcher's pages: studies, their releases, the report."""

from pathlib import Path
from uuid import UUID

from flask import (
    Blueprint,
    Response,
    abort,
    flash,
    make_response,
    redirect,
    render_template,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from bip.auth.forms import Form
from bip.auth.staff import requires, staff
from bip.localisation import SOURCE, page_language
from bip.research import account, service, words
from bip.research.files import ReleaseFiles
from bip.research.launch import launch
from bip.research.service import ReleaseView, UnderWayError
from bip.services import reader, services
from bip.store.lists import Role

research = Blueprint("research", __name__)
# How soon the page of a release at work looks again by itself.
LOOK_AGAIN_S = 5


@research.get("/research")
@requires(Role.RESEARCHER)
def index() -> ResponseReturnValue:
    """The organisation's studies."""
    found = service.studies_of(reader(), staff())
    return render_template("research/index.html", studies=found, smallest=service.SMALLEST_COUNT)


@research.route("/research/studies/<uuid:study_id>", methods=["GET", "POST"])
@requires(Role.RESEARCHER)
def study(study_id: UUID) -> ResponseReturnValue:
    """The releases of a study, and a new one."""
    name = service.study_name_or_404(reader(), staff(), study_id)
    form = Form()
    if form.validate_on_submit():
        try:
            release_id = service.request_release(services(), staff(), study_id)
        except UnderWayError:
            flash(_("A release of this study is being made. Wait until it is ready."), "problem")
            return redirect(url_for("research.study", study_id=study_id))
        launch(services().settings, release_id)
        return redirect(url_for("research.release", release_id=release_id))
    found = service.releases_of(reader(), study_id, services().clock.now())
    return render_template(
        "research/study.html", form=form, study_id=study_id, name=name, releases=found, status=words.status
    )


@research.get("/research/releases/<uuid:release_id>")
@requires(Role.RESEARCHER)
def release(release_id: UUID) -> ResponseReturnValue:
    """How far a release is; once it is ready, what it holds."""
    found = _release(release_id)
    files = _files(release_id)
    shown = found.is_ready and files.are_there
    page = render_template(
        "research/release.html",
        form=Form(),
        release=found,
        study=service.study_name_or_404(reader(), staff(), found.study_id),
        # Not `account`: the layout calls whoever has signed in so.
        holdings=files.read_account() if shown else None,
        manifest=files.read_manifest() if shown else None,
        reasons=account.WORDS,
        words=words,
    )
    response = make_response(page)
    if found.at_work:
        response.headers["Refresh"] = str(LOOK_AGAIN_S)
    return response


@research.get("/research/releases/<uuid:release_id>/report")
@requires(Role.RESEARCHER)
def report(release_id: UUID) -> ResponseReturnValue:
    """The analysis report in a page of the site."""
    found = _release(release_id)
    files = _ready_files(found)
    service.record_use(services(), staff(), "report_viewed", release_id)
    pages = files.read_page()
    language = page_language() if page_language() in pages else SOURCE
    return render_template(
        "research/report.html",
        release=found,
        report_language=language,
        report_title=pages[language]["title"],
        body=Markup(pages[language]["body"]),  # noqa: S704  # our own worker wrote it, autoescaped
        figures=pages[language]["figures"],
    )


@research.get("/research/releases/<uuid:release_id>/dataset.zip")
@requires(Role.RESEARCHER)
def dataset(release_id: UUID) -> ResponseReturnValue:
    """Take the study dataset along."""
    found = _release(release_id)
    return _download(found, _ready_files(found).archive)


@research.get("/research/releases/<uuid:release_id>/report.html")
@requires(Role.RESEARCHER)
def report_file(release_id: UUID) -> ResponseReturnValue:
    """Take the report along."""
    found = _release(release_id)
    return _download(found, _ready_files(found).report)


@research.get("/research/releases/<uuid:release_id>/results.json")
@requires(Role.RESEARCHER)
def results(release_id: UUID) -> ResponseReturnValue:
    """Take the estimates along."""
    found = _release(release_id)
    return _download(found, _ready_files(found).results)


def _release(release_id: UUID) -> ReleaseView:
    return service.release_or_404(reader(), staff(), release_id, services().clock.now())


def _files(release_id: UUID) -> ReleaseFiles:
    return ReleaseFiles.of(services().settings.data_dir, release_id)


def _ready_files(release: ReleaseView) -> ReleaseFiles:
    """The release's files; there is no such page before all of them are there."""
    files = _files(release.id)
    return files if release.is_ready and files.are_there else abort(404)


def _download(release: ReleaseView, path: Path) -> Response:
    """As a file and never as a page: the report's own scripts have no right to run on this site."""
    service.record_use(services(), staff(), "release_downloaded", release.id)
    return send_file(path, as_attachment=True, download_name=f"release-{release.number}-{path.name}")

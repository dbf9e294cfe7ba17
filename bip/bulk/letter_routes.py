"""Pages for letters to a group."""

from collections import Counter
from collections.abc import Iterator

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import ngettext
from markupsafe import Markup

from bip.auth.staff import requires, staff
from bip.bulk.blueprint import bulk
from bip.bulk.forms import LettersForm
from bip.bulk.letters import ALL, Waiting, issue_letters, waiting_rounds
from bip.localisation import direction, speaking
from bip.rounds.letter import Letter
from bip.services import services
from bip.store.lists import Role


@bulk.route("/letters", methods=["GET", "POST"])
@requires(Role.COORDINATOR)
def letters() -> ResponseReturnValue:
    """Choose a group and print its letters; the page is the only place where the codes ever stand."""
    waiting = waiting_rounds(services(), staff())
    form = LettersForm(_groups(waiting))
    if waiting and form.validate_on_submit():
        issued = issue_letters(services(), staff(), waiting, form.group.data)
        return render_template("bulk/printed.html", sheets=[_sheet(one) for one in issued])
    return render_template("bulk/letters.html", form=form, waiting=waiting)


def _groups(waiting: list[Waiting]) -> Iterator[tuple[str, str]]:
    """Everybody, then each intake, with how many letters it would be."""
    yield ALL, _counted(str(ngettext("%(num)s open round", "%(num)s open rounds", len(waiting))), None)
    sizes = Counter((one.group, one.intake, one.study) for one in waiting if one.group)
    for (group, intake, study), size in sizes.items():
        yield (
            group or "",
            _counted(str(ngettext("%(num)s letter", "%(num)s letters", size)), f"{intake} – {study}"),
        )


def _counted(count: str, name: str | None) -> str:
    return f"{name} ({count})" if name else count


def _sheet(letter: Letter) -> Markup:
    """The letter in the participant's own language."""
    with speaking(letter.language):
        sheet = render_template(
            "rounds/sheet.html", letter=letter, letter_direction=direction(letter.language)
        )
    return Markup(sheet)  # noqa: S704  # rendered above

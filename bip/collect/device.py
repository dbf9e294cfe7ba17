"""What a script needs to ask the questions by itself: the same for all, and whose answers it takes."""

import base64
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from uuid import UUID, uuid4

from flask import render_template, request, url_for
from flask_babel import gettext
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup
from wtforms import Field

from bip.addresses import fixed_address, static
from bip.collect.assistance import AssistanceForm
from bip.collect.envelope import public_key
from bip.collect.forms import draw, item_of, question_form
from bip.collect.sheet import PARTICIPANT, Sheet
from bip.collect.tokens import Writer, write_token
from bip.headers import nonce
from bip.kiosk.device import this_kiosk
from bip.services import Services, services
from surveys.load import load_builtin
from surveys.model import InstrumentId
from surveys.recordings import recordings

# Where a page that is drawn once for all has its place for what belongs to one response.
PLACE: Final = Markup("<!--device-->")
# An address without its version would be kept for a year; the map gives each module its version.
MODULES: Final = ("copy", "database", "idle", "outbox", "patience", "sealing", "speech", "status", "view")
# What the worker keeps for pages without a network.
FILES: Final = (
    *(f"css/{name}.css" for name in ("tokens", "base", "forms", "choices", "participant")),
    *(f"icons/{name}.svg" for name in ("favicon", "check", "info", "problem", "done", "globe", "listen")),
    *(f"icons/step-{step}.svg" for step in range(1, 6)),
    *(f"js/answer/{name}.js" for name in (*MODULES, "questionnaire", "entrance", "deliver", "parting")),
)


@dataclass(frozen=True, slots=True)
class KitQuestion:
    """One question of the kit."""

    number: int
    item: str
    text: str
    cards: Markup
    recorded: dict[str, str]


def with_device(page: str, sheet: Sheet, sitting: UUID | None, *, fresh: bool = False, own: bool) -> str:
    """The page with all that a script needs in its place.

    `fresh`: a code was just written. `own`: with the values that this visit has given; never in a page that
    the tablet may keep.
    """
    at = services()
    kit = _kit(sheet.questionnaire.id, sheet.language, sheet.languages[0], request.script_root)
    device = {
        "address": f"{request.script_root}/answer/{request.view_args['token']}/" if request.view_args else "",
        "sendTo": fixed_address("inbox.answers"),
        "worker": fixed_address("files.worker"),
        "language": sheet.language,
        "token": write_token(at, Writer(sheet.response_id, sitting or uuid4())),
        "key": _key(at),
        "kiosk": this_kiosk() is not None,
        "fresh": fresh,
        "standings": [question.standing for question in sheet.questions],
        "own": {q.item.key: q.own for q in sheet.questions if q.own is not None} if own else {},
    }
    return page.replace(PLACE, "".join((kit, data_block("device", device), scripts("questionnaire"))))


def data_block(name: str, data: dict[str, object]) -> Markup:
    """Data for a script, in the page under an id."""
    return Markup(f'<script type="application/json" id="{name}">{htmlsafe_json_dumps(data)}</script>\n')  # noqa: S704


def scripts(name: str) -> Markup:
    """One of our scripts with what its modules are called; without a template, for every question has it."""
    modules, address = _modules(request.script_root), static(f"js/answer/{name}.js")
    return Markup(  # noqa: S704  # addresses of ours
        f'<script type="importmap" nonce="{nonce()}">{modules}</script>\n'
        f'<script type="module" nonce="{nonce()}" src="{address}"></script>\n'
    )


def entrance_device() -> dict[str, object]:
    """What a script needs where no code is written yet: to send what still waits from whoever was here."""
    gap = "{number}"  # which the script fills
    return {
        "sendTo": url_for("inbox.answers"),
        "worker": url_for("files.worker"),
        "texts": {
            "saved": gettext("Everything is saved."),
            "saving": gettext("Saving …"),
            "waiting": gettext("No network. Waiting on this device: %(number)s.", number=gap),
            "unkept": gettext("Not saved yet: %(number)s. Keep this page open.", number=gap),
            "stuck": gettext("Could not be sent: %(number)s. Please tell your caseworker.", number=gap),
            "send": gettext("Try now"),
        },
    }


def _key(at: Services) -> str:
    return base64.b64encode(public_key(at)).decode()


@lru_cache
def _modules(_script_root: str) -> str:
    """The import map: each of our modules under the address that changes with its content."""
    plain = {name: url_for("static", filename=f"js/answer/{name}.js") for name in MODULES}
    return htmlsafe_json_dumps({"imports": {plain[name]: static(f"js/answer/{name}.js") for name in MODULES}})


@lru_cache(maxsize=64)
def _kit(instrument: InstrumentId, language: str, _first_language: str, _script_root: str) -> str:
    """Drawn once: a questionnaire in a language, with the study's first language where words are missing."""
    asked = load_builtin(instrument.key, instrument.version).items_for(PARTICIPANT)
    questions = [_kit_question(instrument, number, language) for number in range(1, len(asked) + 1)]
    return render_template("collect/kit.html", questions=questions, helped=AssistanceForm())


def _kit_question(instrument: InstrumentId, number: int, language: str) -> KitQuestion:
    item = item_of(instrument, number)
    form = item.form(PARTICIPANT)
    assert form is not None  # noqa: S101  # a participant's item
    field: Field = question_form(instrument, number, language)().answer
    recorded = {
        "" if value is None else str(value): url_for(
            "files.recording", key=instrument.key, version=instrument.version, language=language, name=name
        )
        for (key, value), name in recordings(instrument, language).items()
        if key == item.key
    }
    text = form.question.in_language(language)
    return KitQuestion(number, item.key, text, draw(field, item), recorded)

"""The page of one question: it holds nothing of who is asked, so that a room of tablets has it drawn once."""

from dataclasses import dataclass
from functools import lru_cache

from flask import g, render_template, request, session
from wtforms import Field

from bip.collect.device import PLACE
from bip.collect.forms import draw, item_of, question_form
from bip.collect.sheet import PARTICIPANT, Question, Sheet, Standing
from bip.localisation import own_name
from bip.site import LanguageLink
from surveys.model import InstrumentId

# All questions of some instruments in some languages, each as it looks with each answer chosen; some 20 MB.
DRAWN = 2048


@dataclass(frozen=True, slots=True)
class Shown:
    """All that the page shows, and nothing else. `own`: the answer, for the visit that gave it."""

    instrument: InstrumentId
    number: int
    total: int
    answered: int
    standing: Standing
    own: int | None
    language: str
    languages: tuple[str, ...]
    script_root: str

    @classmethod
    def of(cls, sheet: Sheet, question: Question) -> "Shown":
        """A question of a sheet."""
        return cls(
            sheet.questionnaire.id,
            question.number,
            sheet.total,
            sheet.answered,
            question.standing,
            question.own,
            sheet.language,
            sheet.languages,
            request.script_root,
        )

    @property
    def text(self) -> str:
        """What is asked."""
        form = item_of(self.instrument, self.number).form(PARTICIPANT)
        assert form is not None  # noqa: S101  # a sheet holds what the participant is asked
        return form.question.in_language(self.language)


def question_page(shown: Shown) -> str:
    """The page as it is before anything is sent."""
    # What somebody was just told on another page is for this browser, not for all who get the question.
    return _drawn(shown) if "_flashes" in session else _drawn_once(shown)


@lru_cache(maxsize=DRAWN)
def _drawn_once(shown: Shown) -> str:
    return _drawn(shown)


def _drawn(shown: Shown) -> str:
    form = question_form(shown.instrument, shown.number, shown.language)(data={"answer": shown.own})
    return page_with(shown, form.answer)


def page_with(shown: Shown, field: Field) -> str:
    """The page with a field as it was sent, and what was wrong with it."""
    # Relative, for the address holds the token of one response.
    g.language_links = [
        LanguageLink(tag, own_name(tag), f"language/{tag}?number={shown.number}", tag == shown.language)
        for tag in shown.languages
    ]
    cards = draw(field, item_of(shown.instrument, shown.number))
    return render_template("collect/question.html", shown=shown, cards=cards, device_place=PLACE)

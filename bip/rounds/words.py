"""Words for why rounds are moved or missed."""

from collections.abc import Mapping
from typing import Final

from flask_babel import LazyString, lazy_gettext

from bip.store.lists import MissReason, MoveReason

MOVE_REASONS: Final[Mapping[MoveReason, LazyString]] = {
    MoveReason.HOLIDAY: lazy_gettext("Holiday"),
    MoveReason.ILLNESS: lazy_gettext("Illness"),
    MoveReason.CASEWORKER_AWAY: lazy_gettext("The caseworker is away"),
    MoveReason.PARTICIPANT_ASKED: lazy_gettext("The participant has asked for it"),
}
MISS_REASONS: Final[Mapping[MissReason, LazyString]] = {
    MissReason.ILL: lazy_gettext("Ill"),
    MissReason.AWAY: lazy_gettext("Away"),
    MissReason.DECLINED: lazy_gettext("Did not want to answer"),
    MissReason.NOT_REACHED: lazy_gettext("Could not be reached"),
    MissReason.NOT_OFFERED: lazy_gettext("Was not asked"),
    MissReason.OTHER: lazy_gettext("Another reason"),
}

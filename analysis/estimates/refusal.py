"""Reasons for which a model is refused: an object with words, instead of a number that is not one."""

from __future__ import annotations

# Groups of fewer persons are not shown anywhere.
SMALLEST_GROUP = 5
FEWEST_EVENTS_PER_TERM = 4
FEW_EVENTS_PER_TERM = 10


class Refused(Exception):
    """The data cannot carry this estimate; the message says why, in words for the reader."""

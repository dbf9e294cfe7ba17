"""How far a release has come, as the worker writes it down and the page reads it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

from bip.store.lists import ReleaseStatus

UNFINISHED = (ReleaseStatus.WAITING, ReleaseStatus.WRITING, ReleaseStatus.ANALYSING)
# Longer than any step takes; a worker that has said nothing for so long has stopped.
SILENCE = timedelta(minutes=15)


class Stage(StrEnum):
    """The steps of the work, in their order."""

    READING = "reading"
    WRITING = "writing"
    ESTIMATING = "estimating"
    REPORTING = "reporting"

    @property
    def status(self) -> ReleaseStatus:
        """What the release's row says meanwhile."""
        written = self in (Stage.READING, Stage.WRITING)
        return ReleaseStatus.WRITING if written else ReleaseStatus.ANALYSING


@dataclass(frozen=True, slots=True)
class Progress:
    """The step at work; `done` of `total` where its parts are counted, else 0 of 0."""

    stage: Stage
    done: int = 0
    total: int = 0

    def __str__(self) -> str:
        return f"{self.stage} {self.done} {self.total}"

    @classmethod
    def read(cls, text: str | None) -> Self | None:
        """What `str` wrote; None before the first step."""
        if text is None:
            return None
        stage, done, total = text.split()
        return cls(Stage(stage), int(done), int(total))


def is_interrupted(status: ReleaseStatus, changed_at: datetime, now: datetime) -> bool:
    """Whether the work has stopped without an end: a restart of the machine, say."""
    return status in UNFINISHED and now - changed_at > SILENCE

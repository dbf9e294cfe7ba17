"""What the invented participants do between the rounds: activities, steps, and a job here and there."""

from datetime import timedelta
from random import Random
from uuid import UUID, uuid4

from bip.auth.staff import Staff
from bip.followup.activities import Activity, add_activity
from bip.followup.events import Happening, add_event
from bip.followup.steps import add_step
from bip.services import Services
from bip.store.lists import ActivityKind, EventKind, EventSource, StepKind

# The kinds that a participant has, by the participant's place in the list; the last has none.
PATTERNS = (
    (ActivityKind.JOB_ORIENTED, ActivityKind.SKILLS),
    (ActivityKind.HEALTH, ActivityKind.SOCIAL),
    (ActivityKind.JOB_ORIENTED,),
    (ActivityKind.SKILLS,),
    (),
)
HAPPENINGS = {1: EventKind.PLACEMENT, 2: EventKind.JOB_SUBSIDISED, 5: EventKind.LABOUR_MARKET_TRAINING}


def live_on(at: Services, caseworker: Staff, enrolment_id: UUID, person: int, number: int) -> None:
    """The quarter before a round of a participant; nothing before the first."""
    today, random = at.clock.today(), Random(f"{person} {number}")  # noqa: S311  # invented, no secret
    if number == 0:
        return
    for kind in PATTERNS[person % len(PATTERNS)]:
        begun = today - timedelta(days=random.randint(30, 80))
        # Every other one goes on; the rest has ended a while ago.
        goes_on = number > 1 and random.random() < 0.5
        ended = None if goes_on else begun + timedelta(days=random.randint(10, 25))
        hours = random.choice([4.0, 10.0, 20.0])
        add_activity(at, caseworker, enrolment_id, uuid4(), Activity(kind, begun, ended, hours))
    for step in random.sample(list(StepKind), k=person % 3):
        add_step(at, caseworker, enrolment_id, uuid4(), step)
    if number > 1 and person in HAPPENINGS:
        happened = Happening(
            HAPPENINGS[person], today - timedelta(days=20), None, 20.0, EventSource.CASEWORKER
        )
        add_event(at, caseworker, enrolment_id, uuid4(), happened)

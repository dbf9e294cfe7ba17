"""The closed lists of the store; where the study dataset has the same list, the same codes."""

from enum import StrEnum


class Role(StrEnum):
    """What a member of staff may do."""

    CASEWORKER = "caseworker"
    COORDINATOR = "coordinator"
    RESEARCHER = "researcher"
    ADMINISTRATOR = "administrator"


class LegalBasis(StrEnum):
    """On what ground of law a study collects (GDPR articles 6 and 9)."""

    PUBLIC_TASK = "public_task"
    LEGAL_OBLIGATION = "legal_obligation"
    RESEARCH = "research"
    CONSENT = "consent"


class Sex(StrEnum):
    """As the person states it."""

    WOMAN = "woman"
    MAN = "man"
    OTHER = "other"
    UNKNOWN = "unknown"


class Origin(StrEnum):
    """Where the person was born, seen from the organisation's country."""

    NATIVE = "native"
    FOREIGN = "foreign"
    UNKNOWN = "unknown"


class Education(StrEnum):
    """Highest completed education."""

    NONE = "none"
    COMPULSORY = "compulsory"
    UPPER_SECONDARY = "upper_secondary"
    POST_SECONDARY = "post_secondary"
    UNKNOWN = "unknown"


class Rater(StrEnum):
    """Who answers."""

    PARTICIPANT = "participant"
    CASEWORKER = "caseworker"


class Mode(StrEnum):
    """How the answers are given."""

    OWN_DEVICE = "own_device"
    SHARED_TABLET = "shared_tablet"
    INTERVIEW = "interview"
    PAPER = "paper"


class Assistance(StrEnum):
    """Who helps with answering."""

    NONE = "none"
    INTERPRETER = "interpreter"
    CASEWORKER = "caseworker"
    OTHER = "other"


class HeldReason(StrEnum):
    """Why an answer that a device sent was not taken in."""

    CONTRADICTED = "contradicted"
    SUBMITTED = "submitted"
    CLOSED = "closed"
    NOT_ASKED = "not_asked"


class ActivityKind(StrEnum):
    """What an activity works on."""

    JOB_ORIENTED = "job_oriented"
    SKILLS = "skills"
    HEALTH = "health"
    SOCIAL = "social"


class EventKind(StrEnum):
    """What happened on the way to, into or out of work."""

    JOB_REGULAR = "job_regular"
    JOB_SUBSIDISED = "job_subsidised"
    STUDY = "study"
    LABOUR_MARKET_TRAINING = "labour_market_training"
    PLACEMENT = "placement"
    RETURN_TO_SUPPORT = "return_to_support"


class EventSource(StrEnum):
    """Who told of an event."""

    PARTICIPANT = "participant"
    CASEWORKER = "caseworker"
    REGISTER = "register"


class ExitReason(StrEnum):
    """Why an enrolment ended."""

    WORK = "work"
    STUDY = "study"
    GOAL_MET = "goal_met"
    GOAL_NOT_MET = "goal_not_met"
    ILL = "ill"
    MOVED = "moved"
    INTERRUPTED = "interrupted"
    UNKNOWN = "unknown"


class FollowUpStatus(StrEnum):
    """What a person did some months after the exit."""

    WORK = "work"
    STUDY = "study"
    SEEKING = "seeking"
    ILL = "ill"
    UNKNOWN = "unknown"


class ObservedBy(StrEnum):
    """How a job would become known."""

    REGISTER = "register"
    CONTACT = "contact"


class ReleaseStatus(StrEnum):
    """How far a release has come."""

    WAITING = "waiting"
    WRITING = "writing"
    ANALYSING = "analysing"
    READY = "ready"
    FAILED = "failed"

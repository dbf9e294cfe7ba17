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


class StepKind(StrEnum):
    """What brought work closer: done, or agreed to be done next. Nothing here tells of an illness."""

    KEPT_APPOINTMENT = "kept_appointment"
    DAILY_ROUTINE = "daily_routine"
    TOOK_PART_IN_GROUP = "took_part_in_group"
    ASKED_FOR_HELP = "asked_for_help"
    LANGUAGE_PRACTICE = "language_practice"
    DIGITAL_SKILLS = "digital_skills"
    BEGAN_COURSE = "began_course"
    FINISHED_COURSE = "finished_course"
    STUDY_VISIT = "study_visit"
    WROTE_CV = "wrote_cv"
    TALKED_TO_EMPLOYER = "talked_to_employer"
    APPLIED_FOR_JOB = "applied_for_job"
    JOB_INTERVIEW = "job_interview"
    BEGAN_PLACEMENT = "began_placement"
    MORE_HOURS = "more_hours"
    CONTACT_WITH_AUTHORITY = "contact_with_authority"


class MoveReason(StrEnum):
    """Why a round is held on another day."""

    HOLIDAY = "holiday"
    ILLNESS = "illness"
    CASEWORKER_AWAY = "caseworker_away"
    PARTICIPANT_ASKED = "participant_asked"


class MissReason(StrEnum):
    """Why a participant did not answer in a round."""

    ILL = "ill"
    AWAY = "away"
    DECLINED = "declined"
    NOT_REACHED = "not_reached"
    NOT_OFFERED = "not_offered"
    OTHER = "other"


class ReminderTask(StrEnum):
    """What a mail tells of."""

    RATE = "rate"
    CLOSING = "closing"
    LATE = "late"
    COMPARE = "compare"
    FOLLOW_UP = "follow_up"
    GAP = "gap"


class ImportKind(StrEnum):
    """What a file holds."""

    PARTICIPANTS = "participants"
    ASSIGNMENTS = "assignments"
    ACTIVITIES = "activities"
    OUTCOMES = "outcomes"


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

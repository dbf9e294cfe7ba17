"""The rules on rows as the contract words them: spells, answers, days, organisations.

Rules that follow from the schema alone (nulls, closed lists, keys) stand in `schema_rules`. Comparisons with
a null are neither true nor false in SQL, so a row that lacks a value is left to `not-null`.
"""

from __future__ import annotations

from analysis.dataset.rule import Rule

_FIX_DAY = "correct the day; days count from the start of the enrolment"

# Half-open spells: an empty one (start = end) covers no day and so overlaps with nothing. The latest end so
# far, not the one before, is compared: a long spell may cover several later ones.
_OVERLAPS = """
    SELECT 'enrolment ' || enrolment AS place,
           'starts on day ' || start_day || ', an earlier one '
             || CASE WHEN open THEN 'has no end' ELSE 'ends on day ' || latest END AS detail
    FROM (SELECT enrolment, start_day, max(end_day) OVER earlier AS latest,
                 bool_or(end_day IS NULL) OVER earlier AS open
          FROM assignments
          WHERE enrolment IS NOT NULL AND start_day IS NOT NULL AND (end_day IS NULL OR end_day > start_day)
          WINDOW earlier AS (PARTITION BY enrolment ORDER BY start_day, end_day
                             ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING))
    WHERE open OR start_day < latest"""

SPELL_RULES = (
    *(
        Rule(
            "spell-order",
            table,
            "a spell ends before it starts",
            _FIX_DAY,
            f"SELECT 'enrolment ' || enrolment AS place, {start} || ' to ' || end_day AS detail "
            f"FROM {table} WHERE end_day < {start}",
        )
        for table, start in (("assignments", "start_day"), ("activities", "start_day"), ("events", "day"))
    ),
    Rule(
        "spell-overlap",
        "assignments",
        "two caseworkers at once",
        "end the earlier spell no later than the day on which the next one starts",
        _OVERLAPS,
    ),
    Rule(
        "window-order",
        "rounds",
        "the window closes before it opens",
        _FIX_DAY,
        """SELECT 'enrolment ' || enrolment || ', round ' || "round" AS place,
                  opens_day || ' to ' || closes_day AS detail
           FROM rounds WHERE closes_day < opens_day""",
    ),
)

# -8 says that an item is not asked in this version or of this rater, so with it the item may belong to the
# other rater or to another version of the same instrument.
_ITEM_UNKNOWN = """
    SELECT 'response ' || a.response AS place, a.item AS detail
    FROM answers a JOIN responses r USING (response)
      JOIN instruments USING (instrument, instrument_version)
    WHERE a.item IS NOT NULL AND r.rater IN ('participant', 'caseworker')
      AND NOT EXISTS (FROM items i WHERE i.instrument = r.instrument AND i.item = a.item
           AND i.instrument_version = r.instrument_version AND i.rater = r.rater)
      AND NOT (coalesce(a.value, 0) = -8
           AND EXISTS (FROM items i WHERE i.instrument = r.instrument AND i.item = a.item))"""

# A response that came after the window closed may stand under `missed`: both are true of it.
_STATUS_DISAGREES = """
    SELECT 'enrolment ' || t.enrolment || ', round ' || t."round" AS place,
           {rater}_status || CASE WHEN r.response IS NULL THEN ', no response'
             WHEN r.skipped THEN ', a response with -9' ELSE ', a response without -9' END AS detail
    FROM rounds t LEFT JOIN (
        SELECT enrolment, "round", response, submitted_day,
               bool_or(coalesce(a.value = -9, false)) AS skipped
        FROM responses LEFT JOIN answers a USING (response) WHERE rater = '{rater}'
        GROUP BY ALL) r USING (enrolment, "round")
    WHERE CASE WHEN r.response IS NULL THEN {rater}_status IN ('answered', 'partly')
          WHEN {rater}_status = 'missed' THEN r.submitted_day <= t.closes_day
          ELSE {rater}_status <> CASE WHEN r.skipped THEN 'partly' ELSE 'answered' END END"""

ANSWER_RULES = (
    Rule(
        "response-unique",
        "responses",
        "enrolment + round + rater must be unique",
        "keep one response of each rater in each round",
        """SELECT 'enrolment ' || enrolment || ', round ' || "round" || ', ' || rater AS place,
                  count(*) || ' rows' AS detail
           FROM responses WHERE enrolment IS NOT NULL AND "round" IS NOT NULL AND rater IS NOT NULL
           GROUP BY enrolment, "round", rater HAVING count(*) > 1""",
    ),
    Rule(
        "rater-caseworker",
        "responses",
        "a participant's response names a caseworker as rater",
        "leave `caseworker` empty where the rater is the participant",
        """SELECT 'response ' || response AS place, caseworker AS detail
           FROM responses WHERE rater = 'participant' AND caseworker IS NOT NULL""",
    ),
    Rule(
        "instrument-known",
        "responses",
        "the instrument version is not among the dataset's instruments",
        "hand over the instrument as used, or correct `instrument` and `instrument_version`",
        """SELECT 'response ' || response AS place, instrument || '@' || instrument_version AS detail
           FROM responses r WHERE instrument IS NOT NULL AND instrument_version IS NOT NULL
                AND NOT EXISTS (FROM instruments i WHERE i.instrument = r.instrument
                AND i.instrument_version = r.instrument_version)""",
    ),
    Rule(
        "item-known",
        "answers",
        "the instrument does not ask this rater this item",
        "remove the row, give it the code -8 (not asked), or correct `item`",
        _ITEM_UNKNOWN,
    ),
    Rule(
        "item-missing",
        "answers",
        "an item of the instrument has no row",
        "add the row with -9 (skipped or missing), or the code that applies",
        """SELECT 'response ' || r.response AS place, i.item AS detail
           FROM responses r JOIN items i ON i.instrument = r.instrument
                AND i.instrument_version = r.instrument_version AND i.rater = r.rater
           ANTI JOIN answers a ON a.response = r.response AND a.item = i.item""",
    ),
    Rule(
        "value-on-scale",
        "answers",
        "the value lies neither on the item's scale nor among the missing codes",
        "correct the value; missing codes are -1, -2, -3, -8 and -9",
        """SELECT 'response ' || a.response || ', item ' || a.item AS place, a.value::VARCHAR AS detail
           FROM answers a JOIN responses r USING (response)
           JOIN items i ON i.instrument = r.instrument AND i.instrument_version = r.instrument_version
                AND i.rater = r.rater AND i.item = a.item
           WHERE isfinite(a.value) AND a.value NOT IN (SELECT code FROM missing_codes)
             AND (a.value < i.lowest OR a.value > i.highest
                  OR (i.kind = 'steps' AND a.value <> floor(a.value)))""",
    ),
    *(
        Rule(
            "status-response",
            "rounds",
            f"{rater}_status does not agree with the responses",
            "answered and partly need a response, partly one with at least one -9, the others none in time",
            _STATUS_DISAGREES.format(rater=rater),
        )
        for rater in ("participant", "caseworker")
    ),
)


def _after(table: str, day: str, limit: str, what: str, slack: int = 0) -> str:
    """Rows of `table` whose `day` lies more than `slack` days after the enrolment's `limit`.

    The sum is made in 128 bits, since a corrupt day may lie at the end of what 64 bits hold.
    """
    return (
        f"SELECT 'enrolment ' || t.enrolment AS place, "
        f"'{day} ' || t.{day} || ', {what} on day ' || e.{limit} AS detail "
        f"FROM {table} t JOIN enrolments e USING (enrolment) "
        f"WHERE t.{day} > e.{limit}::HUGEINT + {slack}"
    )


_WITHDRAWAL_DAYS = (
    ("responses", "submitted_day"),
    ("assignments", "start_day"),
    ("assignments", "end_day"),
    ("activities", "start_day"),
    ("activities", "end_day"),
    ("steps", "day"),
    ("events", "day"),
    ("events", "end_day"),
    ("exits", "day"),
    ("followups", "day"),
)
# An assignment's end is the first day after it, so it may lie one day after the withdrawal.
_SLACK = {("assignments", "end_day"): 1}

TIME_RULES = (
    Rule(
        "response-in-enrolment",
        "responses",
        "submitted before the enrolment started",
        _FIX_DAY,
        "SELECT 'response ' || response AS place, 'day ' || submitted_day AS detail "
        "FROM responses WHERE submitted_day < 0",
    ),
    Rule(
        "response-after-exit",
        "responses",
        "submitted after the exit",
        "correct the day of the response or of the exit",
        "SELECT 'response ' || response AS place, 'day ' || submitted_day || ', exit on day ' || x.day "
        "AS detail FROM responses JOIN exits x USING (enrolment) WHERE submitted_day > x.day",
    ),
    # The panel takes change as the answer of a round minus that of the round before: were the one before
    # given later, a row would look ahead. One of the two is then not independent of what came after.
    Rule(
        "response-order",
        "responses",
        "submitted before the same rater's response of an earlier round",
        "correct the days or the rounds; mark a response given out of order as not independent",
        """SELECT 'response ' || response AS place,
                  'day ' || submitted_day || ', an earlier round on day ' || latest AS detail
           FROM (SELECT response, submitted_day, max(submitted_day) OVER (PARTITION BY enrolment, rater
                   ORDER BY "round" ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS latest
                 FROM responses WHERE independent)
           WHERE submitted_day < latest""",
    ),
    Rule(
        "event-observed",
        "events",
        "after the last day on which an event would be known",
        "correct the day, or `observed_to_day` of the enrolment",
        _after("events", "day", "observed_to_day", "observed to"),
    ),
    Rule(
        "observed-after-withdrawal",
        "enrolments",
        "observed_to_day lies after withdrawn_day",
        "nothing is known of a person after withdrawal: end the observation on that day",
        "SELECT 'enrolment ' || enrolment AS place, observed_to_day || ' after ' || withdrawn_day AS detail "
        "FROM enrolments WHERE observed_to_day > withdrawn_day",
    ),
    *(
        Rule(
            "after-withdrawal",
            table,
            f"{day} lies after the person withdrew",
            "remove what was recorded after the withdrawal, or correct the day",
            _after(table, day, "withdrawn_day", "withdrawn", _SLACK.get((table, day), 0)),
        )
        for table, day in _WITHDRAWAL_DAYS
    ),
)

_STAY = "every organisation's rows stay in that organisation: correct one of the two"

ORGANISATION_RULES = (
    Rule(
        "organisation-stays",
        "enrolments",
        "the enrolment's organisation is not its person's",
        _STAY,
        "SELECT 'enrolment ' || enrolment AS place, e.organisation || ', person in ' || p.organisation "
        "AS detail FROM enrolments e JOIN persons p USING (person) WHERE e.organisation <> p.organisation",
    ),
    *(
        Rule(
            "organisation-stays",
            table,
            "the caseworker belongs to another organisation than the enrolment",
            _STAY,
            "SELECT 'enrolment ' || enrolment AS place, caseworker || ' of ' || c.organisation "
            f"|| ', enrolment in ' || e.organisation AS detail FROM {table} "
            "JOIN enrolments e USING (enrolment) JOIN caseworkers c USING (caseworker) "
            "WHERE e.organisation <> c.organisation",
        )
        for table in ("assignments", "responses")
    ),
)

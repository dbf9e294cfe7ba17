"""Where devices send answers: no cookie, no page, one answer a request, acknowledged once it is on disk."""

from datetime import timedelta
from typing import Final

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue
from pydantic import ValidationError
from sqlalchemy.exc import IntegrityError, NoResultFound, OperationalError

from bip.collect.envelope import EnvelopeError, open_envelope
from bip.collect.sent import (
    MESSAGES,
    AnswerMessage,
    Outcome,
    Sent,
    SubmitMessage,
    take_answer,
    take_submission,
)
from bip.collect.sheet import EndedError
from bip.collect.tokens import writer_of
from bip.services import Services, services

inbox = Blueprint("inbox", __name__)
SEALED: Final = "application/octet-stream"
# An envelope around one answer has about 400 bytes.
MOST_BYTES: Final = 4096


@inbox.post("/answers")
def answers() -> ResponseReturnValue:
    """Take one message in.

    The body is an envelope, or (from pages without a secure context) the message itself as JSON. `age`: how
    many milliseconds ago it was given. 200: saved. 409: kept for the coordinator, or too late to submit.
    400, 403: not readable; the device keeps it and says so. 503: to be sent again.
    """
    at = services()
    request.max_content_length = MOST_BYTES
    body = request.get_data()
    try:
        message = MESSAGES.validate_json(open_envelope(at, body) if request.mimetype == SEALED else body)
    except (EnvelopeError, ValidationError):
        return _told("unreadable", 400)
    try:
        return _take_in(at, message)
    except (OperationalError, IntegrityError):
        # The disk is full, the database away, or the same id at the same moment: it comes again.
        return _told("again", 503)


def _take_in(at: Services, message: AnswerMessage | SubmitMessage) -> Response:
    writer = writer_of(at, message.token)
    if writer is None:
        return _told("token", 403)
    try:
        if isinstance(message, AnswerMessage):
            age = timedelta(milliseconds=min(max(request.args.get("age", 0, type=int), 0), 2**45))
            outcome = take_answer(at, writer, Sent(message.id, message.item, message.value, age))
        else:
            outcome = take_submission(at, writer, message.assistance)
    except NoResultFound:
        return _told("token", 403)
    except EndedError as error:
        return _told(error.reason, 409)
    return _told(outcome, 200 if outcome is Outcome.SAVED else 409)


def _told(result: str, status: int) -> Response:
    answered = jsonify(result=result)
    answered.status_code = status
    return answered

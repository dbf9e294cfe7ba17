"""An envelope that is changed in any way is none."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import Flask

from bip.collect.envelope import EnvelopeError, open_envelope, public_key, seal
from bip.services import Services
from tests.bip.collect.letters import Letter
from tests.bip.collect.posting import SAVED, UNREADABLE, sender, told

CONTENT = b'{"any":"content"}'
# Where the parts begin: version, point, content, and the 16 bytes of the tag at the end.
VERSION_ENDS, POINT_ENDS, TAG = 1, 66, 16
# (x, y) = (1, 1) satisfies no y^2 = x^3 - 3x + b of this curve.
OFF_THE_CURVE = b"\x04" + (1).to_bytes(32) * 2


def flipped(envelope: bytes, at: int) -> bytes:
    at %= len(envelope)
    return envelope[:at] + bytes([envelope[at] ^ 1]) + envelope[at + 1 :]


def point(encoding: PublicFormat) -> bytes:
    return ec.generate_private_key(ec.SECP256R1()).public_key().public_bytes(Encoding.X962, encoding)


CHANGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "only a version": lambda e: e[:VERSION_ENDS],
    "a point cut short": lambda e: e[: POINT_ENDS - 1],
    "no content": lambda e: e[:POINT_ENDS],
    "a tag cut short": lambda e: e[: POINT_ENDS + TAG - 1],
    "the last byte missing": lambda e: e[:-1],
    "a byte too many": lambda e: e + b"\x00",
    "version 0": lambda e: b"\x00" + e[1:],
    "version 2": lambda e: b"\x02" + e[1:],
    "another form of point": lambda e: e[:1] + b"\x02" + e[2:],
    "x changed": lambda e: flipped(e, 2),
    "y changed": lambda e: flipped(e, POINT_ENDS - 1),
    "a point off the curve": lambda e: e[:1] + OFF_THE_CURVE + e[POINT_ENDS:],
    "the point at infinity": lambda e: e[:1] + bytes(65) + e[POINT_ENDS:],
    "a compressed point": lambda e: e[:1] + point(PublicFormat.CompressedPoint) + e[POINT_ENDS:],
    "somebody else's point": lambda e: e[:1] + point(PublicFormat.UncompressedPoint) + e[POINT_ENDS:],
    "the first of the content changed": lambda e: flipped(e, POINT_ENDS),
    "the last of the content changed": lambda e: flipped(e, -TAG - 1),
    "the tag changed": lambda e: flipped(e, -1),
    "two in one": lambda e: e + e,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_changed_envelope_does_not_open(installed: Services, change: Callable[[bytes], bytes]) -> None:
    envelope = seal(public_key(installed), CONTENT)
    with pytest.raises(EnvelopeError) as refused:
        open_envelope(installed, change(envelope))
    assert str(refused.value) == ""
    assert open_envelope(installed, envelope) == CONTENT


def test_every_byte_of_an_envelope_counts(installed: Services) -> None:
    envelope = seal(public_key(installed), CONTENT)
    for at in range(len(envelope)):
        with pytest.raises(EnvelopeError):
            open_envelope(installed, flipped(envelope, at))


def test_sealed_to_another_installation_it_does_not_open(installed: Services) -> None:
    other = ec.generate_private_key(ec.SECP256R1()).public_key()
    encoded = other.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    with pytest.raises(EnvelopeError):
        open_envelope(installed, seal(encoded, CONTENT))


def test_what_is_sealed_twice_differs_in_every_part_but_the_version(installed: Services) -> None:
    first, second = (seal(public_key(installed), CONTENT) for _ in range(2))
    assert first[:1] == second[:1]
    assert first[1:POINT_ENDS] != second[1:POINT_ENDS]
    assert first[POINT_ENDS:-TAG] != second[POINT_ENDS:-TAG]
    assert CONTENT not in first


def test_the_key_stays_as_long_as_the_secret_does(installed: Services) -> None:
    """What waits on a tablet overnight opens after the server was started anew."""
    envelope = seal(public_key(installed), CONTENT)
    again = Services(installed.settings.model_copy(), installed.store, installed.clock, installed.cipher)
    assert public_key(again) == public_key(installed)
    assert open_envelope(again, envelope) == CONTENT
    secret = installed.settings.model_validate(
        {**installed.settings.model_dump(), "secret_key": "another secret of enough letters."}
    )
    with pytest.raises(EnvelopeError):
        open_envelope(Services(secret, installed.store, installed.clock, installed.cipher), envelope)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_the_server_takes_nothing_out_of_it(
    app: Flask, letter: Letter, change: Callable[[bytes], bytes]
) -> None:
    tablet = sender(app, letter.code)
    envelope = tablet.sealed(tablet.answer())
    assert told(tablet.post(change(envelope))) == UNREADABLE
    assert tablet.values() == []
    assert told(tablet.post(envelope)) == SAVED


def test_an_envelope_of_the_answer_hides_every_word_of_it(app: Flask, letter: Letter) -> None:
    tablet = sender(app, letter.code)
    content = tablet.answer()
    envelope = tablet.sealed(content)
    assert [part for part in map(str, content.values()) if len(part) > 3 and part.encode() in envelope] == []
    assert json.loads(open_envelope(tablet.installed, envelope)) == content

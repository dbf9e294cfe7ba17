"""Sealed envelopes: what a tablet keeps until it is sent, which only the server can open.

An envelope is one byte of version, the sender's one-time public key (P-256, 65 bytes, uncompressed) and the
content under AES-256-GCM. Key and nonce come from both public keys and the Diffie-Hellman secret by
HKDF-SHA-256. Each envelope has a key of its own, so that a nonce is never used twice. Browsers know all of it
(Web Cryptography API); `static/js/answer/sealing.js` is the other half.

The server's private key comes from the secret key of the settings: no second secret has to be kept.
"""

from collections.abc import Callable
from functools import cache
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bip.services import Services

VERSION: Final = b"\x01"
PURPOSE: Final = b"bip answer envelope 1"
_CURVE: Final = ec.SECP256R1()
_POINT_BYTES: Final = 65
# The order of P-256 (NIST SP 800-186, 3.2.1.3): a private key lies from 1 to below it.
_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


class EnvelopeError(Exception):
    """Bytes that are no envelope to this installation: cut short, changed, or sealed to another key."""


def public_key(at: Services) -> bytes:
    """What devices seal to, as an uncompressed point."""
    return _public(at.settings.secret_key.get_secret_value())


def open_envelope(at: Services, envelope: bytes) -> bytes:
    """The content. Raises EnvelopeError."""
    secret = at.settings.secret_key.get_secret_value()
    sender = envelope[1 : 1 + _POINT_BYTES]
    if envelope[:1] != VERSION or len(sender) < _POINT_BYTES:
        raise EnvelopeError
    try:
        point = ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, sender)
        key, nonce = _key_and_nonce(_private(secret).exchange(ec.ECDH(), point), _public(secret), sender)
        return AESGCM(key).decrypt(nonce, envelope[1 + _POINT_BYTES :], VERSION)
    except (InvalidTag, ValueError):
        raise EnvelopeError from None


def seal(recipient: bytes, content: bytes) -> bytes:
    """An envelope to the holder of a public key: what the browser does, for tools that stand in for one."""
    return unused_envelope(recipient)(content)


def unused_envelope(recipient: bytes) -> Callable[[bytes], bytes]:
    """An envelope with its one-time key, which seals one content and must never seal another."""
    one_time = ec.generate_private_key(_CURVE)
    sender = _encoded(one_time)
    point = ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, recipient)
    key, nonce = _key_and_nonce(one_time.exchange(ec.ECDH(), point), recipient, sender)
    return lambda content: VERSION + sender + AESGCM(key).encrypt(nonce, content, VERSION)


def _key_and_nonce(shared: bytes, recipient: bytes, sender: bytes) -> tuple[bytes, bytes]:
    made = HKDF(SHA256(), length=44, salt=None, info=PURPOSE + recipient + sender).derive(shared)
    return made[:32], made[32:]


@cache
def _private(secret_key: str) -> ec.EllipticCurvePrivateKey:
    # 16 bytes more than the order has: what the remainder favours is beyond measure (SP 800-56A, 5.6.1.2.1).
    made = HKDF(SHA256(), length=48, salt=None, info=b"bip device key 1").derive(secret_key.encode())
    return ec.derive_private_key(int.from_bytes(made) % (_ORDER - 1) + 1, _CURVE)


@cache
def _public(secret_key: str) -> bytes:
    return _encoded(_private(secret_key))


def _encoded(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

"""Names and contact are sealed before they reach the database, and opened only where a person reads them."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12


class Cipher:
    """AES-256-GCM with a nonce a value.

    `place` (table, column and row) is bound to the value, so that a sealed value moved to another row does
    not open there.
    """

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def seal(self, text: str, place: str) -> bytes:
        """The nonce followed by the sealed text."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, text.encode(), place.encode())

    def open(self, sealed: bytes, place: str) -> str:
        """The text.

        Raises WrongKeyError where key or place is not the one it was sealed with, or bytes are missing.
        """
        try:
            opened = self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], place.encode())
        except (InvalidTag, ValueError):  # ValueError: not even a nonce is left
            raise WrongKeyError(place) from None
        return opened.decode()


class WrongKeyError(Exception):
    """A sealed value cannot be opened."""

    def __init__(self, place: str) -> None:
        super().__init__(
            f"{place} cannot be opened with this BIP_IDENTITY_KEY. "
            "Remedy: start with the key that the database was begun with"
        )

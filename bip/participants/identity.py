"""A participant's name and contact: sealed on the way in, opened for the staff who may see the person."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from bip.store.cipher import Cipher
from bip.store.people import Identity, Participant


@dataclass(frozen=True, slots=True)
class Contact:
    """Who a participant is and how to reach the person."""

    name: str
    email: str | None = None
    phone: str | None = None


def save_contact(session: Session, cipher: Cipher, participant: Participant, contact: Contact) -> None:
    """Write it sealed, over what was there."""

    def sealed(column: str, text: str | None) -> bytes | None:
        return cipher.seal(text, _place(column, participant.id)) if text else None

    identity = session.get(Identity, participant.id)
    name = cipher.seal(contact.name, _place("name", participant.id))
    email, phone = sealed("email", contact.email), sealed("phone", contact.phone)
    if identity is None:
        session.add(
            Identity(
                organisation_id=participant.organisation_id,
                participant_id=participant.id,
                name=name,
                email=email,
                phone=phone,
            )
        )
    else:
        identity.name, identity.email, identity.phone = name, email, phone


def open_contact(cipher: Cipher, identity: Identity) -> Contact:
    """Name and contact in the clear. Raises WrongKeyError with another key than they were sealed with."""

    def opened(column: str, value: bytes | None) -> str | None:
        return None if value is None else cipher.open(value, _place(column, identity.participant_id))

    return Contact(
        cipher.open(identity.name, _place("name", identity.participant_id)),
        opened("email", identity.email),
        opened("phone", identity.phone),
    )


def _place(column: str, participant_id: UUID) -> str:
    return f"identities.{column}.{participant_id}"

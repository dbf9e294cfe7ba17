"""Names and contact are sealed: what opens them, what does not, and what the database file shows."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bip.participants.identity import Contact, open_contact
from bip.store.cipher import NONCE_BYTES, Cipher, WrongKeyError
from bip.store.people import Identity
from bip.store.schema import upgrade
from bip.store.session import Store
from tests.bip import rows

PLACE = "identities.name.1"
ELSEWHERE = "identities.name.2"
OTHER_KEY = Cipher(bytes(32))
TAG_BYTES = 16
# What UTF-8 can say: half a surrogate pair is no text that a form can hand over.
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


@given(text=TEXTS, place=TEXTS)
def test_what_is_sealed_opens_in_its_place(text: str, place: str) -> None:
    assert rows.CIPHER.open(rows.CIPHER.seal(text, place), place) == text


@given(text=TEXTS)
def test_what_is_moved_elsewhere_does_not_open(text: str) -> None:
    with pytest.raises(WrongKeyError, match=f"^{ELSEWHERE} cannot be opened"):
        rows.CIPHER.open(rows.CIPHER.seal(text, PLACE), ELSEWHERE)


def test_another_key_does_not_open_it_and_the_remedy_is_named() -> None:
    sealed = rows.CIPHER.seal("Ada Lind", PLACE)
    with pytest.raises(WrongKeyError, match=r"BIP_IDENTITY_KEY\. Remedy: start with the key") as caught:
        OTHER_KEY.open(sealed, PLACE)
    assert "Ada" not in str(caught.value)


@given(text=TEXTS)
def test_the_same_text_is_never_sealed_alike(text: str) -> None:
    first, second = (rows.CIPHER.seal(text, PLACE) for _ in range(2))
    assert first != second
    assert first[:NONCE_BYTES] != second[:NONCE_BYTES]


@given(text=st.text(st.characters(exclude_categories=["Cs"]), min_size=4))
def test_the_sealed_bytes_do_not_hold_the_text(text: str) -> None:
    sealed = rows.CIPHER.seal(text, PLACE)
    assert text.encode() not in sealed
    assert len(sealed) == NONCE_BYTES + len(text.encode()) + TAG_BYTES


@given(data=st.data())
def test_a_changed_byte_does_not_open(data: st.DataObject) -> None:
    sealed = bytearray(rows.CIPHER.seal("Ada Lind", PLACE))
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(WrongKeyError):
        rows.CIPHER.open(bytes(sealed), PLACE)


@pytest.mark.parametrize("kept", [0, 1, NONCE_BYTES, NONCE_BYTES + TAG_BYTES])
def test_a_value_cut_short_does_not_open(kept: int) -> None:
    with pytest.raises(WrongKeyError):
        rows.CIPHER.open(rows.CIPHER.seal("Ada Lind", PLACE)[:kept], PLACE)


def test_the_database_file_does_not_hold_the_name(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'store.db'}")
    upgrade(store)
    with store.writing() as session:
        organisation = rows.organisation(session, name="Written in clear")
        participant = rows.participant(session, organisation)
        rows.identity(session, participant, name="Ada Lindqvist", email="ada@example.org", phone="0701234567")
    everything = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    store.close()
    assert b"Written in clear" in everything
    for secret in (b"Lindqvist", b"ada@example", b"0701234567"):
        assert secret not in everything


def test_an_identity_opens_after_the_database(store: Store) -> None:
    with store.writing() as session:
        participant = rows.participant(session, rows.organisation(session))
        rows.identity(session, participant, name="Ada Lind", phone="070")
    with store.reading() as session:
        found = session.get_one(Identity, participant.id)
    assert open_contact(rows.CIPHER, found) == Contact("Ada Lind", email=None, phone="070")


def test_an_identity_does_not_open_in_another_column_or_row(store: Store) -> None:
    with store.writing() as session:
        organisation = rows.organisation(session)
        ada, bo = (rows.participant(session, organisation) for _ in range(2))
        sealed = rows.identity(session, ada, name="Ada Lind")
        other = rows.identity(session, bo, name="Bo Ek")
        other.name, sealed.email = sealed.name, sealed.name
    with store.reading() as session:
        for person in (ada, bo):
            with pytest.raises(WrongKeyError):
                open_contact(rows.CIPHER, session.get_one(Identity, person.id))

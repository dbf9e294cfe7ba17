"""Changing the password of an account by who knows the old one."""

from sqlalchemy import update

from bip.auth.security import hashed, is_password_of, new_uniquifier
from bip.services import Services
from bip.store.audit import Actor, record
from bip.store.organisations import Account


def change(at: Services, account: Account, current: str, new: str) -> bool:
    """Set the new password and end the account's sessions; False where the current one is wrong."""
    if not is_password_of(account, current):
        return False
    password_hash = hashed(new)
    with at.store.writing() as session:
        session.execute(
            update(Account)
            .where(Account.id == account.id)
            .values(password=password_hash, fs_uniquifier=new_uniquifier())
        )
        actor = Actor(account.organisation_id, account.id)
        record(session, actor, at.clock.now(), "password_changed", account=account.id)
    return True

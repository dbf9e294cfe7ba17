"""Every table in one place: importing this fills the metadata."""

from bip.store import audit, followup, organisations, people, releases, rounds, studies
from bip.store.base import Base

MODULES = (audit, followup, organisations, people, releases, rounds, studies)
METADATA = Base.metadata

"""Every table in one place: importing this fills the metadata."""

from bip.store import audit, followup, kiosks, organisations, people, releases, rounds, studies
from bip.store.base import Base

MODULES = (audit, followup, kiosks, organisations, people, releases, rounds, studies)
METADATA = Base.metadata

"""Every table in one place: importing this fills the metadata."""

from bip.store import (
    audit,
    casework,
    followup,
    imports,
    kiosks,
    organisations,
    people,
    releases,
    rounds,
    studies,
)
from bip.store.base import Base

MODULES = (
    audit,
    casework,
    followup,
    imports,
    kiosks,
    organisations,
    people,
    releases,
    rounds,
    studies,
)
METADATA = Base.metadata

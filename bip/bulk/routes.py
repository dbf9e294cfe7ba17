"""Its pages: of files, of whole intakes and of letters for a group."""

from bip.bulk import file_routes, intake_routes, letter_routes
from bip.bulk.blueprint import bulk

# Each module hangs its pages on the blueprint as it is loaded.
PAGES = (file_routes, intake_routes, letter_routes)
__all__ = ["PAGES", "bulk"]

"""Which language tags there are: BCP 47 in the small form `sv`, `pt-BR`, `zh-Hans`, `sr-Latn-RS`.

The one variant is the registered `simple`: `sv-simple` is easy Swedish.
"""

import re
from functools import cache

from babel import Locale

_TAG = re.compile(
    r"(?P<language>[a-z]{2,3})(-(?P<script>[A-Z][a-z]{3}))?(-(?P<territory>[A-Z]{2}))?(-simple)?"
)


@cache
def _known() -> Locale:
    # The English locale lists every language, script and territory that Unicode's CLDR knows.
    return Locale("en")


def is_known_language(tag: str) -> bool:
    """Whether the tag is well-formed and each part of it stands in CLDR."""
    match = _TAG.fullmatch(tag)
    if match is None:
        return False
    known = _known()
    script, territory = match["script"], match["territory"]
    return (
        match["language"] in known.languages
        and (script is None or script in known.scripts)
        and (territory is None or territory in known.territories)
    )

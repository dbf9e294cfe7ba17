"""How often something may be tried, so that neither a code nor a password is found by trying.

Counted in the memory of the process, and only where a page asks: nothing is added to saving an answer.
"""

from typing import Final

from flask import abort, request
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

# Wrong codes an address may send. Right ones do not count: a room of tablets shares one address. With 6.5e11
# possible codes this leaves nothing to be found by trying.
WRONG_CODES: Final = parse("100 per 10 minutes")
# On one account: trying many passwords is what must be slow.
SIGN_INS: Final = parse("10 per 10 minutes")
# From one address on any account: one password on many, and the work of checking each.
SIGN_INS_OF_ADDRESS: Final = parse("100 per 10 minutes")
# On one shared tablet, from whatever address it sends: a PIN may have no more than four digits.
PINS: Final = parse("10 per 10 minutes")


class Tries:
    """The tries of late, by what was tried and who tried.

    Where several processes share the work each knows its own tries only, so each allows its share.
    """

    def __init__(self, processes: int = 1) -> None:
        self._processes = processes
        self._window = MovingWindowRateLimiter(MemoryStorage())

    def require_left(self, limit: RateLimitItem, what: str = "", *, whoever: bool = False) -> None:
        """Answer 429 where the address of this request (or `whoever` tries) has no try left at `what`."""
        if not self._window.test(self._share(limit), _who(whoever), what):
            abort(429)

    def count(self, limit: RateLimitItem, what: str = "", *, whoever: bool = False) -> None:
        """One try at `what`, of this request's address or of all together."""
        self._window.hit(self._share(limit), _who(whoever), what)

    def _share(self, limit: RateLimitItem) -> RateLimitItem:
        return type(limit)(max(limit.amount // self._processes, 1), limit.multiples)


def _who(whoever: bool) -> str:
    return "" if whoever else request.remote_addr or ""

"""What a check has to say: findings that name the rule, the place and the remedy."""

from __future__ import annotations

from dataclasses import dataclass

_LONGEST = 400


@dataclass(frozen=True)
class Finding:
    """One broken rule in one table (or file).

    `where` names the first places, `count` says how many there are in all.
    """

    rule: str
    table: str
    message: str
    remedy: str
    where: tuple[str, ...] = ()
    count: int = 1

    def __str__(self) -> str:
        """One paragraph: rule, table, what is wrong, where, remedy."""
        places = "; ".join(_shown(place) for place in self.where)
        more = f" and {self.count - len(self.where)} more" if self.count > len(self.where) > 0 else ""
        at = f"\n    where: {places}{more}" if places else ""
        many = f" ({self.count} places)" if self.count > 1 else ""
        what = f"{_shown(self.table)}: {_shown(self.message)} [{self.rule}]{many}"
        return f"{what}{at}\n    remedy: {self.remedy}"


def _shown(text: str) -> str:
    """`text` on one line of bearable length: ids may hold line breaks or what steers a terminal."""
    plain = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
    return plain if len(plain) <= _LONGEST else plain[:_LONGEST] + "..."


class DatasetError(Exception):
    """A study dataset that cannot be written or read; `findings` say what is wrong and where."""

    def __init__(self, findings: list[Finding]) -> None:
        self.findings = findings
        super().__init__("\n".join(str(finding) for finding in findings))

"""Statements that a room of tablets waits for: put into the database's words once, then sent as they are.

SQLAlchemy looks at a statement anew each time it is executed, which takes many times as long as SQLite takes
to do it. What the columns' types do to values on their way in and out is done here too.
"""

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from operator import itemgetter
from typing import Any, Final, TypeAlias

from sqlalchemy import Connection, Delete, Dialect, Insert, Select, Update
from sqlalchemy.exc import NoResultFound
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

from bip.store.driver import execute

Converter: TypeAlias = Callable[[Any], Any]
Statement: TypeAlias = Select[*tuple[Any, ...]] | Insert | Update | Delete


class Prepared:
    """One statement with its `bindparam`s, executed in the transaction of a connection.

    An insert takes every column of its table: defaults of the model are not filled in. Errors of the driver
    come as SQLAlchemy's, without values.
    """

    def __init__(self, statement: Statement) -> None:
        self._statement: Final = statement
        self._spoken: dict[str, _Spoken] = {}

    def all(self, connection: Connection, values: Mapping[str, object]) -> list[Any]:
        """The rows of a select, with the columns' names as attributes."""
        spoken = self._in(connection)
        found = spoken.execute(connection, spoken.bound(values)).fetchall()
        return [spoken.read(row) for row in found]

    def first(self, connection: Connection, values: Mapping[str, object]) -> Any | None:  # noqa: ANN401  # a row
        """The first row, or None."""
        spoken = self._in(connection)
        row = spoken.execute(connection, spoken.bound(values)).fetchone()
        return None if row is None else spoken.read(row)

    def one(self, connection: Connection, values: Mapping[str, object]) -> Any:  # noqa: ANN401  # a row
        """The row. Raises NoResultFound."""
        row = self.first(connection, values)
        if row is None:
            raise NoResultFound
        return row

    def run(self, connection: Connection, values: Mapping[str, object]) -> int:
        """Insert or change; how many rows it touched."""
        spoken = self._in(connection)
        return int(spoken.execute(connection, spoken.bound(values)).rowcount)

    def run_many(self, connection: Connection, rows: Iterable[Mapping[str, object]]) -> None:
        """The same with each of several rows."""
        for row in rows:
            self.run(connection, row)

    def _in(self, connection: Connection) -> "_Spoken":
        name = connection.dialect.name
        if name not in self._spoken:
            self._spoken[name] = _Spoken(self._statement, connection.dialect)
        return self._spoken[name]


class _Spoken:
    """A statement in the words of one database."""

    def __init__(self, statement: Statement, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        assert isinstance(compiled, SQLCompiler)  # noqa: S101  # no DDL
        self._dialect = dialect
        self._text = str(compiled)
        converters = {
            name: _of(bind.type, dialect).bind_processor(dialect)
            for bind, name in compiled.bind_names.items()
        }
        # Values that stand in the statement itself.
        self._fixed = {
            name: _converted(bind.effective_value, converters[name])
            for bind, name in compiled.bind_names.items()
            if not bind.required
        }
        self._asked = {name: converters[name] for bind, name in compiled.bind_names.items() if bind.required}
        self._order = tuple(compiled.positiontup) if compiled.positiontup is not None else None
        self._columns = list(statement.selected_columns) if isinstance(statement, Select) else []

    def bound(self, values: Mapping[str, object]) -> tuple[object, ...] | dict[str, object]:
        """What the driver is given. Raises KeyError with what is missing or too much."""
        if values.keys() != self._asked.keys():
            raise KeyError(sorted(values.keys() ^ self._asked.keys()))
        given = {name: _converted(values[name], convert) for name, convert in self._asked.items()}
        given |= self._fixed
        return given if self._order is None else self._in_order(given)

    def execute(self, connection: Connection, bound: Any) -> Any:  # noqa: ANN401  # the driver's cursor
        return execute(connection, self._text, bound)

    @cached_property
    def read(self) -> Converter:
        """A row of the driver, made one of the model's."""
        kind = namedtuple("Row", [column.key for column in self._columns])  # type: ignore[misc]
        converters = [
            (place, convert)
            for place, column in enumerate(self._columns)
            if (convert := _of(column.type, self._dialect).result_processor(self._dialect, None))
        ]

        def made(row: tuple[Any, ...]) -> Any:  # noqa: ANN401  # a row
            values = list(row)
            for place, convert in converters:
                values[place] = convert(values[place])
            return kind._make(values)

        return made

    @cached_property
    def _in_order(self) -> Callable[[Mapping[str, object]], tuple[object, ...]]:
        order = self._order or ()
        if len(order) == 1:
            return lambda given: (given[order[0]],)
        return itemgetter(*order)


def _converted(value: object, convert: Converter | None) -> object:
    return value if convert is None else convert(value)


def _of(kind: TypeEngine[Any], dialect: Dialect) -> TypeEngine[Any]:
    return kind.dialect_impl(dialect)

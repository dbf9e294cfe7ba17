"""Speaking to the database's driver past SQLAlchemy, in the transaction of one of its connections."""

from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError


def execute(connection: Connection, text: str, bound: Any = ()) -> Any:  # noqa: ANN401  # the driver's own
    """The driver's cursor. Errors come as SQLAlchemy's, without values."""
    driver = connection.connection.driver_connection
    assert driver is not None  # noqa: S101  # it is open
    errors = connection.dialect.loaded_dbapi.Error
    try:
        return driver.execute(text, bound)
    except errors as error:
        raise DBAPIError.instance(
            text, None, error, errors, hide_parameters=True, dialect=connection.dialect
        ) from None

"""Statements of hot paths, handed to libpq without a cursor.

What a cursor does around a statement takes Python three times as long as the rest of it. The values' types,
in and out, are psycopg's all the same.
"""

from collections.abc import Sequence
from itertools import count
from typing import Any

import psycopg
from psycopg.adapt import PyFormat, Transformer
from psycopg.pq import ConnStatus, DiagnosticField, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult

from leadercrm.core.database import PLACES

# Each keeps a plan in the server's memory; so many does psycopg keep as well.
MOST_KEPT = 100
# What PostgreSQL says of a kept statement whose result would have other types than before: a migration has been here.
OUTDATED = b"0A000"
ENDED_WELL = (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK)
Row = tuple[Any, ...]


class DirectStatements:
    """Runs statements on one connection, which one thread uses. Places are `%s`, a bare % is `%%`."""

    def __init__(self, session: psycopg.Connection[Any]) -> None:
        self.session = session
        self._server = session.pgconn
        self._values = Transformer(session)
        self._names: dict[tuple[Any, ...], bytes] = {}  # the least recently used first
        self._numbers = count(1)

    def run_kept(self, sql: str, params: Sequence[Any], schema: str, *, inferred: bool = False) -> list[Row]:
        """The rows of a statement that PostgreSQL keeps prepared, with a plan for each schema.

        After a migration has changed the type of a column that it returns it is prepared anew; inside a
        transaction, which is over by then, OperationalError asks the client to try again.
        With `inferred` the values' types are those of the columns that they stand for, not their own: whether
        a number is small or large makes no other statement.
        """
        values = self._values.dump_sequence(params, [PyFormat.TEXT if inferred else PyFormat.AUTO] * len(params))
        types, formats = None if inferred else self._values.types, self._values.formats
        self._begin()
        key = (sql, types, schema)
        known = self._names.pop(key, None)
        name = self._names[key] = known or self._prepare(sql, types)
        result = self._server.exec_prepared(name, values, formats)  # type: ignore[arg-type]
        if known and result.error_field(DiagnosticField.SQLSTATE) == OUTDATED:
            self._give_up(key)
            if self._server.transaction_status != TransactionStatus.IDLE:
                raise psycopg.OperationalError(result.get_error_message())
            return self.run_kept(sql, params, schema, inferred=inferred)
        return self._rows(result)

    def run_planned(self, sql: str, params: Sequence[Any]) -> list[Row]:
        """The rows of a statement that is planned for these values."""
        self._begin()
        literals = [bytes(self._values.as_literal(param)) for param in params]
        return self._rows(self._server.exec_(sql.encode() % tuple(literals)))

    def _begin(self) -> None:
        """As psycopg does: a transaction begins with its first statement."""
        if not self.session.autocommit and self._server.transaction_status == TransactionStatus.IDLE:
            self._checked(self._server.exec_(b"BEGIN"))

    def _prepare(self, sql: str, types: Sequence[int] | None) -> bytes:
        if len(self._names) >= MOST_KEPT:
            self._give_up(next(iter(self._names)))
        places = count(1)
        numbered = PLACES.sub(lambda found: "%" if found[0] == "%%" else f"${next(places)}", sql)
        name = f"kept_{next(self._numbers)}".encode()
        self._checked(self._server.prepare(name, numbered.encode(), types))
        return name

    def _give_up(self, key: tuple[Any, ...]) -> None:
        self._checked(self._server.close_prepared(self._names.pop(key)))

    def _rows(self, result: PGresult) -> list[Row]:
        self._values.set_pgresult(self._checked(result))
        rows = self._values.load_rows(0, result.ntuples, tuple)
        self._values.set_pgresult(None)
        return rows

    def _checked(self, result: PGresult) -> PGresult:
        if result.status in ENDED_WELL:
            return result
        # What the server says has a code; what libpq says itself has none: the connection is lost.
        if self._server.status == ConnStatus.BAD or result.error_field(DiagnosticField.SQLSTATE) is None:
            raise psycopg.OperationalError(result.get_error_message())
        raise psycopg.errors.error_from_result(result)

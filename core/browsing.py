"""What the window's list is of: every row of the table that the pipeline's query reads."""

from __future__ import annotations

import re
import sqlite3
from typing import TYPE_CHECKING

from core.library import allow_reading
from core.progress import ignore

if TYPE_CHECKING:
    from core.library import Library
    from core.progress import Report

_RENAMED = re.compile(
    r"""(?:\bselect\b|\bdistinct\b|,|\.)\s*(?:([\w$]+)|"([^"]+)"|\[([^]]+)]|`([^`]+)`)\s+as\s+path\b""",
    re.IGNORECASE,
)
_COMPUTED = re.compile(r"\bas\s+path\b", re.IGNORECASE)

N_SAMPLED = 3
"""Recordings of the query that are looked for in a table before it is taken."""


def browse_query(library: Library, *, report: Report = ignore) -> str:
    """Find the query that lists the recordings to be browsed.

    The user's own, if there is one. Else SQLite itself is asked which columns of which tables the
    pipeline's query reads; the one in which that query's paths are found decides. No query is
    taken apart by its words but where it finds nothing that could be looked for.

    Parameters
    ----------
    library : Library
        The database and its settings.
    report : callable
        Called while the database is read; may raise `Cancelled`.

    Returns
    -------
    str
        Every row of the table that the pipeline's query reads; that query itself where no such
        table can be told.

    Raises
    ------
    LibraryError
        If the database or the pipeline's query is wrong.
    """
    config = library.config
    if config.browse_query.strip():
        return config.browse_query
    found = find_table(library, report=report)
    if found is None:
        return config.query
    with library.connect(report) as connection:
        return _every_row(connection, *found)


def find_table(library: Library, *, report: Report = ignore) -> tuple[str, str] | None:
    """Find the table of recordings that the pipeline's query reads.

    Parameters
    ----------
    library : Library
        The database and its settings.
    report : callable
        Called while the database is read; may raise `Cancelled`.

    Returns
    -------
    tuple of str or None
        Names of the table and of its column of paths; None where no such table can be told.

    Raises
    ------
    LibraryError
        If the database or the pipeline's query is wrong.
    """
    config = library.config
    sampled: list[str] = []
    rows = library.rows(config.query, report=report)
    for row in rows:
        path = row["path"]
        if isinstance(path, str) and path.strip():
            sampled.append(path)
        if len(sampled) == N_SAMPLED:
            break
    rows.close()
    with library.connect(report) as connection:
        for table, column in _candidates(connection, config.query, is_sampled=bool(sampled)):
            if all(_has(connection, table, column, path) for path in sampled):
                return table, column
    return None


def _candidates(
    connection: sqlite3.Connection, query: str, *, is_sampled: bool
) -> list[tuple[str, str]]:
    """Columns that the query reads and that may be its paths, the likeliest first."""
    read: dict[tuple[str, str], None] = {}

    def authorize(action: int, first: str | None, second: str | None, *rest: str | None) -> int:
        if action == sqlite3.SQLITE_READ and first and second:
            read[first, second] = None
        return allow_reading(action, first, second, *rest)

    connection.set_authorizer(authorize)
    try:
        connection.execute(f"EXPLAIN {query}").close()
    finally:
        connection.set_authorizer(allow_reading)
    names = "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')"
    tables = {name for (name,) in connection.execute(names)}
    found = [(table, column) for table, column in read if table in tables]
    if is_sampled:
        return sorted(found, key=lambda pair: pair[1].lower() != "path")
    renamed = _RENAMED.search(query)
    wanted = next(filter(None, renamed.groups())).lower() if renamed else "path"
    if not renamed and _COMPUTED.search(query):
        return []
    return [pair for pair in found if pair[1].lower() == wanted]


def _has(connection: sqlite3.Connection, table: str, column: str, path: str) -> bool:
    query = f"SELECT 1 FROM {quoted(table)} WHERE {is_path(column, path)} LIMIT 1"  # noqa: S608  it is quoted
    return connection.execute(query).fetchone() is not None


def _every_row(connection: sqlite3.Connection, table: str, column: str) -> str:
    """Every row of a table, its paths under that name; of blobs, only how large they are."""
    columns = [f"{quoted(column)} AS path"]
    for name in column_names(connection, table):
        if name.lower() not in {"path", column.lower()}:
            own = quoted(name)
            size = f"printf('%,d bytes', length({own}))"
            value = f"CASE typeof({own}) WHEN 'blob' THEN {size} ELSE {own} END"
            columns.append(f"{value} AS {own}")
    return f"SELECT {', '.join(columns)} FROM {quoted(table)}"  # noqa: S608  it is quoted


def quoted(name: str) -> str:
    """A name as SQL has it.

    Parameters
    ----------
    name : str
        Of a table or column.

    Returns
    -------
    str
        In quotation marks.
    """
    doubled = name.replace('"', '""')
    return f'"{doubled}"'


def is_path(column: str, path: str) -> str:
    """The condition that a column has a path, as SQL has it.

    Parameters
    ----------
    column : str
        Name of the column.
    path : str
        The path. It need not be proper UTF-8, and goes by its bytes.

    Returns
    -------
    str
        To stand behind WHERE.
    """
    as_hex = path.encode("utf-8", "surrogateescape").hex()
    return f"{quoted(column)} = CAST(x'{as_hex}' AS TEXT)"


def column_names(connection: sqlite3.Connection, table: str) -> list[str]:
    """Names of the columns of a table.

    Parameters
    ----------
    connection : sqlite3.Connection
        To its database.
    table : str
        Name of the table, or of a view.

    Returns
    -------
    list of str
        In their order.
    """
    everything = f"SELECT * FROM {quoted(table)} LIMIT 0"  # noqa: S608  it is quoted
    return [d[0] for d in connection.execute(everything).description]

"""Lists of what anybody may be told, a page at a time: resources by name, place or holder, and parties by name.

Pages go on after the last item seen, by its sort value and name, so that the cost of a page does not grow with its
number. Texts are compared by their code points, whatever the database sorts by.
"""
# ruff: noqa: S608 - columns and tables are named by this package; what is given is always bound

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from registries.ledger.boxes import Box
from registries.ledger.spaces import space
from registries.publication.resources import Party, Resource
from registries.store.publishing import (
    COLUMNS,
    JOINED,
    LANES,
    PARTY_COLUMNS,
    Publication,
    is_told,
    parties,
    resources,
)
from registries.store.rows import as_number
from registries.store.sessions import SQLITE, Session

Item = TypeVar("Item")
_END: Final = "\U0010ffff"
_CODE_POINTS: Final = frozenset({"C", "POSIX", "C.UTF-8", "C.utf8", "ucs_basic"})
RESOURCE_SORTS: Final = {"place": "c.first", "handle": "c.claim_id", "registered": "g.legal_start_us"}
PARTY_SORTS: Final = {"name": "h.name", "handle": "h.holder_id"}


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list: at most `limit` items, by `sort`, after one item (its sort value and name)."""

    limit: int = 50
    sort: str = ""
    descending: bool = False
    after: tuple[str, str] | None = None
    count: bool = False


@dataclass(frozen=True, slots=True)
class Listed(Generic[Item]):
    """A page of items; `following` goes on after it, `total` counts all items where that was asked."""

    items: tuple[Item, ...]
    following: tuple[str, str] | None = None
    total: int | None = None


class Lists:
    """Questions with many answers, beside those of `Publication` with one."""

    def __init__(self, publication: Publication) -> None:
        self._publication = publication
        self._collate = _collation(publication)

    def named(self, spaces: Sequence[str], by: str, text: str, *, starts: bool, page: Page) -> Listed[Resource]:
        """Give resources by `handle` or `name` (that of the grant): equal to a text, or starting with it."""
        column = {"handle": "c.claim_id", "name": "c.grant_id"}[by]
        where, values = self._matching(column, text, starts=starts)
        if by == "name" and starts:
            # A claim is named after its grant, and the page is in the order of claims: this is the index to read.
            where, values = self._matching("c.claim_id", text, starts=True)
            # PostgreSQL knows how many begin so, and reads in order; of a comparison of parts it would expect too few.
            if self._publication.store.dialect == SQLITE:
                where, values = f"{where} AND substr(c.grant_id, 1, ?) = ?", (*values, len(text), text)
            else:
                where, values = f"{where} AND starts_with(c.grant_id, ?)", (*values, text)
        return self._resources(spaces, where, values, page, "handle")

    def held_by(self, spaces: Sequence[str], holder_id: str, page: Page) -> Listed[Resource]:
        """Give the resources of a holder."""
        return self._resources(spaces, "g.holder_id = ?", (holder_id,), page, "place")

    def below(self, of: str, box: Box, page: Page) -> Listed[Resource]:
        """Give the resources within a box that stand directly on the smallest one that contains all of it.

        Where nothing contains it, those that stand on no other one that is told.
        """
        over = self._publication.most_specific(of, box)
        if over is not None:
            return self._resources((of,), *self._standing((over.name,), box, ()), page, "place")
        with self._publication.store.looking() as session:
            tops = session.rows(
                f"SELECT {COLUMNS[session.dialect]} FROM {JOINED} WHERE g.space = ? AND g.level = 'pool' AND c.active",
                (of,),
            )
        grounds = tuple({row[1] for row in tops if not is_told(row)})
        pools = tuple(row[0] for row in tops if is_told(row))
        return self._resources((of,), *self._standing(grounds, box, pools), page, "place")

    def parties(self, by: str, text: str, *, starts: bool, page: Page) -> Listed[Party]:
        """Give holders by `name` or `handle`: equal to a text, or starting with it."""
        if by == "name":
            where, values = self._matching("h.name", text, starts=starts)
        else:
            one, given = self._matching("h.handle", text, starts=starts)
            two, also = self._matching("h.holder_id", text, starts=starts)
            where, values = f"({one} OR (h.handle = '' OR h.handle IS NULL) AND {two})", (*given, *also)
        with self._publication.store.looking() as session:
            columns = PARTY_COLUMNS[session.dialect]
            order = PARTY_SORTS[page.sort or by]
            rows, total = self._paged(session, columns, "holder h", where, values, page, order, "h.holder_id")
            items = tuple(parties([row[:2] for row in rows[: page.limit]]))
        return Listed(items, _following(rows, page), total)

    def _resources(
        self, spaces: Sequence[str], where: str, values: Sequence[Any], page: Page, sort: str
    ) -> Listed[Resource]:
        lanes = " OR ".join("c.lane BETWEEN ? AND ?" for _ in spaces)
        bounds = [bound for of in spaces for bound in (space(of).number * LANES, (space(of).number + 1) * LANES - 1)]
        now_us = self._publication.clock()
        told = (
            f"({where}) AND ({lanes}) AND c.active AND c.legal_start_us <= ? AND c.legal_stop_us > ? AND (g.level IN "
            "('allocated', 'assigned') OR g.level = 'pool' AND g.attributes NOT LIKE '%delegated-history%')"
        )
        given = (*values, *bounds, now_us, now_us)
        with self._publication.store.looking() as session:
            column = RESOURCE_SORTS[page.sort or sort]
            rows, total = self._paged(
                session, COLUMNS[session.dialect], JOINED, told, given, page, column, "c.claim_id"
            )
            items = tuple(resources([row[:-2] for row in rows[: page.limit]]))
        return Listed(items, _following(rows, page), total)

    def _paged(
        self,
        session: Session,
        columns: str,
        tables: str,
        where: str,
        values: Sequence[Any],
        page: Page,
        column: str,
        name: str,
    ) -> tuple[list[Any], int | None]:
        """Give the rows of a page and one more, each with its sort value and name at the end."""
        total = None
        if page.count:
            total = int(session.rows(_plain(session, f"SELECT count(*) FROM {tables} WHERE {where}"), values)[0][0])
        order = column + ("" if _is_number(column) else self._collate)
        named = name + self._collate
        if page.after:
            sign = "<" if page.descending else ">"
            where = f"{where} AND ({order}, {named}) {sign} (?, ?)"
            values = (*values, _value(session, column, page.after[0]), page.after[1])
        way = "DESC" if page.descending else "ASC"
        sorts = f"ORDER BY {order} {way}, {named} {way} LIMIT ?"
        sql = f"SELECT {columns}, {column}, {name} FROM {tables} WHERE {where} {sorts}"
        return session.rows(_plain(session, sql), (*values, page.limit + 1)), total

    def _matching(self, column: str, text: str, *, starts: bool) -> tuple[str, tuple[Any, ...]]:
        if not starts:
            return f"{column} = ?", (text,)
        return f"({column}{self._collate} >= ? AND {column}{self._collate} < ?)", (text, text + _END)

    def _standing(self, parents: Sequence[str], box: Box, pools: Sequence[str]) -> tuple[str, tuple[Any, ...]]:
        with self._publication.store.looking() as session:
            first, last = session.wide(box.first), session.wide(box.last)
        ways = [f"c.parent_id IN ({', '.join('?' for _ in parents)})"] if parents else []
        ways += [f"c.claim_id IN ({', '.join('?' for _ in pools)})"] if pools else []
        where = f"({' OR '.join(ways) or 'FALSE'}) AND c.first >= ? AND c.first <= ? AND c.last <= ?"
        return where, (*parents, *pools, first, last, last)


def _following(rows: Sequence[Any], page: Page) -> tuple[str, str] | None:
    if len(rows) <= page.limit:
        return None
    value, name = rows[page.limit - 1][-2:]
    return (value if isinstance(value, str) else str(as_number(value)), name)


def _value(session: Session, column: str, text: str) -> Any:
    if not _is_number(column):
        return text
    return session.wide(int(text)) if column == "c.first" else int(text)


def _is_number(column: str) -> bool:
    return column in {"c.first", "g.legal_start_us"}


def _plain(session: Session, sql: str) -> str:
    """Give SQL whose percent signs are its own: psycopg reads them as places of values."""
    return sql if session.dialect == SQLITE else sql.replace("%", "%%")


def _collation(publication: Publication) -> str:
    """Name the collation that compares by code points, where the database does not do so by itself."""
    with publication.store.looking() as session:
        if session.dialect == SQLITE:
            return ""
        row = session.row("SELECT datcollate FROM pg_database WHERE datname = current_database()")
        return "" if row and row[0] in _CODE_POINTS else ' COLLATE "C"'

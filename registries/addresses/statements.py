"""Statements to print: what a holder has, as of a day, as one HTML page without scripts or outside parts."""

import datetime
import html
from collections.abc import Sequence

from registries.addresses.mapping import NOT_RECORDED
from registries.ledger import Level, moments
from registries.ledger.grants import Grant

_STYLE = (
    "body{font:15px/1.5 'Noto Serif','Times New Roman',serif;max-width:52rem;margin:2rem auto;padding:0 1rem}"
    "h1{font-size:1.35rem}table{border-collapse:collapse;width:100%}"
    "th,td{border:1px solid #666;padding:.35rem .6rem;text-align:left;vertical-align:top}"
    "footer{margin-top:3rem;display:flex;justify-content:space-between}@media print{body{margin:0}}"
)
_LEVELS = {
    Level.ALLOCATED: "phân bổ · allocated",
    Level.ASSIGNED: "cấp dùng · assigned",
    Level.POOL: "vùng cấp · pool",
    Level.RESERVED: "giữ chỗ · reserved",
    Level.QUARANTINED: "cách ly · quarantined",
}


def holder_statement(holder: str | None, grants: Sequence[Grant], *, agency: str, on: datetime.date) -> str:
    """Write the resources of a holder as they are believed now; grants that have ended are left out.

    `agency` names who states it. Without a holder the page says that none is recorded.
    """
    rows = "".join(_row(grant) for grant in grants if grant.state.occupies)
    name = html.escape(holder) if holder else NOT_RECORDED
    heads = ("Tài nguyên · Resource", "Hình thức · Kind", "Từ ngày · Since", "Quyết định · Grant")
    return _page(
        "Bản xác nhận tài nguyên Internet · Statement of Internet resources",
        f"<p>Chủ thể · Holder: <strong>{name}</strong></p>"
        f"<table><thead><tr>{''.join(f'<th>{head}</th>' for head in heads)}</tr></thead><tbody>{rows}</tbody></table>",
        agency,
        on,
    )


def decision(grant: Grant, *, holder: str | None, agency: str, instrument: str, on: datetime.date) -> str:
    """Write the decision on one grant: what, to whom, since when, by which instrument."""
    rows = (
        ("Chủ thể · Holder", holder or NOT_RECORDED),
        ("Tài nguyên · Resource", grant.text),
        ("Hình thức · Kind", _LEVELS[grant.level]),
        ("Hiệu lực từ · In force since", _day(grant)),
        ("Căn cứ · Instrument", instrument),
        ("Mã số · Number", grant.grant_id),
    )
    body = "".join(f"<tr><th>{name}</th><td>{html.escape(value)}</td></tr>" for name, value in rows)
    title = "Quyết định cấp tài nguyên Internet · Decision on Internet resources"
    return _page(title, f"<table><tbody>{body}</tbody></table>", agency, on)


def _row(grant: Grant) -> str:
    resource = "<br>".join(html.escape(grant.space.text(box)) for box in grant.boxes)
    cells = (resource, _LEVELS[grant.level], _day(grant), html.escape(grant.grant_id))
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _day(grant: Grant) -> str:
    told = grant.attributes.get("delegated_on")
    return told or moments.from_us(grant.legal_start_us).astimezone(moments.VIETNAM).date().isoformat()


def _page(title: str, body: str, agency: str, on: datetime.date) -> str:
    return (
        f'<!doctype html>\n<html lang="vi"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{_STYLE}</style></head><body><h1>{title}</h1>{body}"
        f"<footer><span>Ngày · Date: {on:%d/%m/%Y}</span><span>{html.escape(agency)}</span></footer></body></html>\n"
    )

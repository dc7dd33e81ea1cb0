"""`sogoc spectrum allocate`, `licence`, `station`, `show`, `due` and the rest of the life of a frequency licence."""

import csv
import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.commands.ledger_desk import Desk, asks, changes
from api.commands.ledger_options import Legal, When, moment_of, today, when
from api.errors import OptionFaulty

if TYPE_CHECKING:
    from rich.console import Console

    from registries.ledger import Receipt
    from registries.spectrum.bands import Band
    from registries.spectrum.boundaries import BoundaryLayer
    from registries.spectrum.licences import Licence
    from registries.spectrum.stations import Station
    from registries.store import Ledger

Bands = Annotated[
    str,
    typer.Argument(
        metavar="BANDS", help="Băng tần, như 703-713,758-768 MHz; cận trên không gồm · Bands, upper bound out"
    ),
]
Number = Annotated[str, typer.Argument(metavar="LICENCE", help="Số giấy phép · Number of the licence")]
Title = Annotated[str, typer.Option("--name", metavar="ID", help="Số đặt cho giấy phép · Number to give the licence")]
Where = Annotated[
    str,
    typer.Option(
        "--area",
        metavar="AREA",
        help="nationwide, province:MÃ, radius:VĨ,KINH,KM, hoặc tệp GeoJSON · "
        "nationwide, province:CODE, radius:LAT,LON,KM, or a GeoJSON file",
    ),
]
Layer = Annotated[
    Path | None,
    typer.Option(
        "--boundaries",
        metavar="FILE",
        help="Lớp địa giới GeoJSON có code, name; mặc định sơ đồ 34 tỉnh · "
        "Boundary layer, GeoJSON with code and name; by default a schematic of the 34 provinces",
    ),
]
Holder = Annotated[
    str, typer.Option("--holder", metavar="HOLDER", help="Chủ thể được cấp · Holder: name, handle or scheme:value")
]
Until = Annotated[
    When, typer.Option("--until", parser=when, metavar="DATE", help="Ngày hết hiệu lực · First day it does not hold")
]
Service = Annotated[str, typer.Option("--service", metavar="CODE", help="Nghiệp vụ · Code of the service")]
Stations = Annotated[
    Path,
    typer.Argument(metavar="FILE", help="CSV hoặc JSON: mỗi dòng một đài · CSV or JSON, a station each"),
]


@changes
def allocate(
    desk: Desk,
    bands: Bands,
    authority: Annotated[str, typer.Option("--authority", metavar="NAME", help="Ai quyết định · Who opens the band")],
    name: Annotated[str, typer.Option("--name", metavar="ID", help="Mã đặt cho băng tần · Name of the band")] = "",
    service: Service = "",
    orbit: Annotated[bool, typer.Option("--orbit", help="Cho quỹ đạo vệ tinh · For the satellite orbit")] = False,
) -> None:
    """Mở băng tần để cấp phép, phải có căn cứ · Open a band for licences; it rests on an instrument."""
    from registries.spectrum.bands import parse_bands
    from registries.spectrum.register import open_band

    desk.needs("--instrument", desk.instrument, "băng tần phải có văn bản mở · a band is opened by an instrument")
    receipt = open_band(
        desk.ledger,
        parse_bands(bands),
        desk.envelope(),
        authority=authority,
        name=name,
        service=service,
        is_orbit=orbit,
        dry_run=desk.dry_run,
    )
    desk.receipt(receipt)


@changes
def licence(
    desk: Desk,
    bands: Bands,
    holder: Holder,
    until: Until,
    area: Where = "nationwide",
    boundaries: Layer = None,
    name: Title = "",
    service: Service = "",
    orbit: Annotated[
        float | None,
        typer.Option("--orbit", metavar="DEGREES", help="Vị trí quỹ đạo, độ đông · Place in the orbit, °E"),
    ] = None,
    lease_of: Annotated[
        str | None,
        typer.Option("--lease-of", metavar="LICENCE", help="Cho thuê lại từ giấy phép · Lease out of a licence"),
    ] = None,
    obligations: Annotated[
        Path | None,
        typer.Option(
            "--obligations",
            metavar="FILE",
            help="CSV nghĩa vụ: what, due_on, quantity, unit, source · Obligations with their deadlines",
        ),
    ] = None,
    accept_incumbents: Annotated[
        bool, typer.Option("--accept-incumbents", help="Chấp nhận đài đang có · Stations of others may stay")
    ] = False,
) -> None:
    """Cấp giấy phép băng tần, quỹ đạo, hoặc cho thuê lại · Grant a band or orbit licence, or a lease out of one."""
    from api.commands.ledger_resources import holder_id_of
    from registries.spectrum import areas, register
    from registries.spectrum.bands import parse_bands
    from registries.spectrum.licences import LicenceKind

    if orbit is not None and lease_of is not None:
        raise OptionFaulty(option="--lease-of", value=lease_of, detail="an orbit licence is not leased")
    kind = LicenceKind.LEASE if lease_of else LicenceKind.BAND if orbit is None else LicenceKind.ORBIT
    where = areas.orbit_area(orbit) if orbit is not None else areas.parse_area(area, _layer(boundaries))
    request = register.LicenceRequest(
        kind=kind,
        holder_id=holder_id_of(desk.ledger, holder),
        stop_at=moment_of(until),
        bands=parse_bands(bands),
        area=where,
        licence_id=name or register.licence_number(_PREFIX[kind.value], envelope := desk.envelope()),
        service=service,
        obligations=_obligations(obligations),
    )
    envelope = desk.envelope() if name else envelope
    if lease_of:
        receipts = register.lease(desk.ledger, lease_of, request, envelope, dry_run=desk.dry_run)
    else:
        receipts = register.grant(
            desk.ledger,
            request,
            envelope,
            on=desk.on,
            accepts_incumbents=accept_incumbents,
            dry_run=desk.dry_run,
        )
    _told(desk, request.licence_id, receipts, claims=len(request.boxes()), area=where.label)


_PREFIX = {"band": "BT", "lease": "TH", "orbit": "QD", "station": "TS"}


@changes
def station(
    desk: Desk,
    file: Stations,
    holder: Holder,
    until: Until,
    area: Annotated[
        str, typer.Option("--area", metavar="AREA", help="Khu vực thay cho ô của đài · Area instead of the own cells")
    ] = "",
    boundaries: Layer = None,
    name: Title = "",
    service: Service = "",
    exclusive: Annotated[bool, typer.Option("--exclusive", help="Dùng riêng tần số · For itself alone")] = False,
) -> None:
    """Cấp giấy phép tần số và thiết bị cho các đài của một tệp · License the stations of a file."""
    from api.commands.ledger_resources import holder_id_of
    from registries.spectrum import register
    from registries.spectrum.areas import parse_area
    from registries.spectrum.licences import LicenceKind

    envelope = desk.envelope()
    request = register.LicenceRequest(
        kind=LicenceKind.STATION,
        holder_id=holder_id_of(desk.ledger, holder),
        stop_at=moment_of(until),
        area=parse_area(area, _layer(boundaries)) if area else None,
        licence_id=name or register.licence_number(_PREFIX["station"], envelope),
        service=service,
        is_exclusive=exclusive,
        stations=_stations(file),
    )
    receipts = register.grant(desk.ledger, request, envelope, on=desk.on, dry_run=desk.dry_run)
    _told(desk, request.licence_id, receipts, claims=len(request.boxes()), stations=len(request.stations))


@asks
def show(
    desk: Desk,
    subject: Annotated[
        str, typer.Argument(metavar="SUBJECT", help="Số giấy phép hoặc băng tần · A licence, or a band of frequencies")
    ],
    at: Annotated[
        str, typer.Option("--at", metavar="LAT,LON", help="Chỉ tại một điểm · Only what holds at a point")
    ] = "",
    legal: Legal = None,
) -> None:
    """Giấy phép: băng, khu vực, thời hạn, đài, các lần đổi; hoặc ai giữ một băng tần · A licence, or who has a band."""
    from registries.spectrum.bands import parse_bands
    from registries.spectrum.licences import amendments
    from registries.spectrum.register_errors import LicenceUnknown

    try:
        found = amendments(desk.ledger, subject)
    except LicenceUnknown:
        if not subject[:1].isdigit():
            raise
        _show_bands(desk, parse_bands(subject), at, legal)
        return
    value = _licence_value(desk.ledger, found[-1])
    value["amendments"] = [_licence_value(desk.ledger, one) for one in found[:-1]]

    def draw(screen: "Console") -> None:
        for one in (value, *reversed(value["amendments"])):
            for line in _licence_lines(one):
                screen.print(line, soft_wrap=True, markup=False)

    desk.tell(value, draw)


def _show_bands(desk: Desk, bands: "Sequence[Band]", at: str, legal: When | None) -> None:
    from api.commands.ledger_shown import holder_text
    from registries.ledger import Box
    from registries.spectrum import grid
    from registries.spectrum.bands import SPACE, Band

    low, high = 0, grid.CELLS - 1
    if at:
        try:
            latitude, longitude = (float(part) for part in at.split(","))
        except ValueError as error:
            raise OptionFaulty(option="--at", value=at, detail="write LATITUDE,LONGITUDE in degrees") from error
        low = high = grid.cell_at(latitude, longitude)
    rows: dict[tuple[str, int, int], dict[str, Any]] = {}
    for band in bands:
        for one in desk.ledger.as_of(SPACE, Box(band.first_hz, band.last_hz, low, high), legal=legal):
            box = one.claim.box
            licence_id = one.grant.attributes.get("licence", one.grant.grant_id)
            rows.setdefault(
                (licence_id, box.first, box.last),
                {
                    "licence": licence_id,
                    "band": str(Band(box.first, box.last)),
                    "kind": one.grant.attributes.get("kind", "pool"),
                    "state": one.tenure.state.value,
                    "holder": holder_text(desk.ledger, one.tenure.holder_id),
                    "area": one.grant.attributes.get("area_label", ""),
                    "tier": one.claim.tier,
                },
            )
    found = list(rows.values())

    def draw(screen: "Console") -> None:
        for one in found:
            said = f"{one['band']}  {one['kind']}, {one['state']}  [{one['licence']}]  {one['holder']}  {one['area']}"
            screen.print(said, soft_wrap=True, markup=False)
        if not found:
            screen.print("không ai giữ · held by nobody")

    desk.tell({"holdings": found}, draw)


@asks
def due(
    desk: Desk,
    within: Annotated[
        int, typer.Option("--within", min=0, metavar="DAYS", help="Trong bao nhiêu ngày · Days ahead")
    ] = 30,
    on: Annotated[
        When | None,
        typer.Option("--on", parser=when, metavar="DATE", help="Tính từ ngày, mặc định hôm nay · From a day"),
    ] = None,
) -> None:
    """Việc đến hạn: giấy phép, nghĩa vụ, khiếu nại · What is due: terms, obligations, complaints."""
    from api.commands.ledger_options import day_of
    from registries.spectrum.due import due as due_list

    day = day_of(on) if on else today()
    items = due_list(desk.ledger, day, within_days=within)
    value = {
        "today": day.isoformat(),
        "items": [
            {
                "due_on": one.due_on.isoformat(),
                "overdue": one.due_on < day,
                "about": one.about,
                "subject": one.subject,
                "holder_id": one.holder_id,
                "text": one.text,
            }
            for one in items
        ],
    }

    def draw(screen: "Console") -> None:
        from api.commands.terminal import draw_table

        heads = ("Hạn · due", "Việc · about", "Số · number", "Chủ thể · holder", "Nội dung · text")
        rows = [(one.due_on, _ABOUT[one.about], one.subject, one.holder_id, one.text) for one in items]
        draw_table(screen, "Việc đến hạn · Due", heads, rows, numbers_from=9)

    desk.tell(value, draw)


_ABOUT = {
    "term": "sắp hết hạn · term ends",
    "lapsed": "đã hết hạn, chưa ghi · ended, not recorded",
    "obligation": "nghĩa vụ · obligation",
    "complaint": "khiếu nại can nhiễu · complaint",
}


def _layer(path: Path | None) -> "BoundaryLayer":
    from registries.spectrum.boundaries import BoundaryLayer, schematic

    return schematic() if path is None else BoundaryLayer.read(path)


def _rows_of(file: Path) -> list[dict[str, Any]]:
    """Read the rows of a CSV or JSON file."""
    from registries.spectrum.register_errors import StationFaulty

    try:
        text = file.read_text(encoding="utf-8-sig")
        rows = json.loads(text) if file.suffix.lower() == ".json" else list(csv.DictReader(text.splitlines()))
    except (OSError, ValueError) as error:
        raise StationFaulty(station=str(file), field="file", value=file.name, reason=f"{error}") from error
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise StationFaulty(station=str(file), field="file", value=file.name, reason="it has no rows")
    return rows


def _stations(file: Path) -> "tuple[Station, ...]":
    from registries.spectrum.stations import read_station

    return tuple(read_station(row, f"{file.name} {number}") for number, row in enumerate(_rows_of(file), 1))


def _obligations(file: Path | None) -> tuple[Any, ...]:
    import datetime

    from registries.spectrum.cases import Obligation

    found = []
    for number, row in enumerate(_rows_of(file) if file else (), 1):
        try:
            day = datetime.date.fromisoformat(row["due_on"])
            quantity = int(row.get("quantity") or 0)
            found.append(Obligation(row["what"], day, quantity, row.get("unit") or "", row.get("source") or ""))
        except (KeyError, ValueError) as error:
            raise OptionFaulty(option="--obligations", value=f"row {number}", detail=f"{error!r}") from error
    return tuple(found)


def _licence_value(ledger: "Ledger", found: "Licence") -> dict[str, Any]:
    from dataclasses import asdict

    from api.commands.ledger_shown import holder_text, moment_text
    from registries.spectrum import grid
    from registries.spectrum.bands import bands_text

    return {
        "licence": found.licence_id,
        "version": found.version,
        "kind": found.kind.value,
        "state": found.state.value,
        "holder_id": found.holder_id,
        "holder": holder_text(ledger, found.holder_id),
        "bands": bands_text(found.bands),
        "bandwidth_hz": found.bandwidth_hz,
        "exclusive": found.head.exclusivity == 0,
        "area": found.area.kind.value,
        "area_label": found.area.label,
        "cells": grid.cell_count(found.ranges),
        "ranges": len(found.ranges),
        "parts": [part.grant_id for part in found.parts],
        "legal_start_at": moment_text(found.head.legal_start_us),
        "legal_stop_at": moment_text(found.head.legal_stop_us) or None,
        "stations": [asdict(one) for one in found.stations],
        "attributes": dict(found.head.attributes),
    }


def _licence_lines(one: dict[str, Any]) -> Iterable[str]:
    yield f"{one['licence']} (bản · version {one['version']}): {one['kind']}, {one['state']}, {one['bands']}"
    yield f"  {one['holder']}"
    yield f"  {one['area_label']}: {one['cells']:,} ô · cells, {one['ranges']:,} khoảng · ranges"
    yield f"  từ · from {one['legal_start_at'][:10]} đến · until {(one['legal_stop_at'] or '-')[:10]}"
    for each in one["stations"]:
        yield f"  {each['station_id']} {each['station_name']} {each['latitude_deg']:.5f}, {each['longitude_deg']:.5f}"


def _told(desk: Desk, licence_id: str, receipts: "Sequence[Receipt]", **besides: object) -> None:
    """Tell what a change did to a licence."""
    from registries.spectrum.licences import licence_of

    value: dict[str, Any] = {
        "licence": licence_id,
        "dry_run": desk.dry_run,
        "again": all(one.again for one in receipts),
        "entries": [{"entry_id": one.entry_id, "command": one.command} for one in receipts],
        **besides,
    }
    if not desk.dry_run:
        value |= {"now": _licence_value(desk.ledger, licence_of(desk.ledger, licence_id))}

    def draw(screen: "Console") -> None:
        state = "thử, không ghi gì · a trial, nothing was written" if desk.dry_run else "đã ghi · recorded"
        screen.print(f"{licence_id}: {state}, {len(receipts)} bút toán · entries", soft_wrap=True, markup=False)
        for line in _licence_lines(value["now"]) if "now" in value else ():
            screen.print(f"  {line}", soft_wrap=True, markup=False)

    desk.tell(value, draw)


@changes
def renew(desk: Desk, number: Number, until: Until) -> None:
    """Gia hạn giấy phép · Renew a licence."""
    from registries.spectrum.changes import renew as renewed

    _told(desk, number, renewed(desk.ledger, number, moment_of(until), desk.envelope(), dry_run=desk.dry_run))


@changes
def transfer(
    desk: Desk,
    number: Number,
    holder: Annotated[str, typer.Argument(metavar="HOLDER", help="Bên nhận · Who receives it")],
) -> None:
    """Chuyển nhượng giấy phép · Transfer a licence to another holder."""
    from api.commands.ledger_resources import holder_id_of
    from registries.spectrum.changes import transfer as transferred

    to = holder_id_of(desk.ledger, holder)
    _told(desk, number, transferred(desk.ledger, number, to, desk.envelope(), dry_run=desk.dry_run))


@changes
def suspend(desk: Desk, number: Number) -> None:
    """Tạm đình chỉ giấy phép · Suspend a licence."""
    from registries.spectrum.changes import suspend as suspended

    _told(desk, number, suspended(desk.ledger, number, desk.why(), desk.envelope(), dry_run=desk.dry_run))


@changes
def resume(desk: Desk, number: Number) -> None:
    """Bỏ tạm đình chỉ · Lift the suspension of a licence."""
    from registries.spectrum.changes import resume as resumed

    _told(desk, number, resumed(desk.ledger, number, desk.envelope(), reason=desk.reason or "", dry_run=desk.dry_run))


@changes
def give_back(desk: Desk, number: Number) -> None:
    """Ghi nhận trả lại giấy phép, cùng mọi hợp đồng thuê · Record that a licence is given back, with its leases."""
    from registries.spectrum.changes import give_back as given_back

    _told(
        desk, number, given_back(desk.ledger, number, desk.envelope(), reason=desk.reason or "", dry_run=desk.dry_run)
    )


@changes
def revoke(desk: Desk, number: Number) -> None:
    """Thu hồi giấy phép, phải có quyết định · Revoke a licence, by a decision, with its leases."""
    from registries.spectrum.changes import revoke as revoked

    desk.needs("--instrument", desk.instrument, "thu hồi phải có quyết định · a revocation rests on a decision")
    _told(desk, number, revoked(desk.ledger, number, desk.why(), desk.envelope(), dry_run=desk.dry_run))


@changes
def expire(desk: Desk, number: Number) -> None:
    """Ghi nhận giấy phép đã hết hạn · Record that the term of a licence has run out."""
    from registries.spectrum.changes import expire as expired

    _told(desk, number, expired(desk.ledger, number, desk.envelope(), dry_run=desk.dry_run))


@changes
def amend(
    desk: Desk,
    number: Number,
    bands: Annotated[str, typer.Option("--bands", metavar="BANDS", help="Băng tần mới · Other bands")] = "",
    area: Annotated[str, typer.Option("--area", metavar="AREA", help="Khu vực mới · Another area")] = "",
    boundaries: Layer = None,
    stations: Annotated[
        Path | None, typer.Option("--stations", metavar="FILE", help="Các đài mới · Other stations")
    ] = None,
) -> None:
    """Sửa đổi giấy phép: băng, khu vực, đài · Amend a licence: bands, area, stations."""
    from registries.spectrum.areas import parse_area
    from registries.spectrum.bands import parse_bands
    from registries.spectrum.changes import amend as amended

    receipts = amended(
        desk.ledger,
        number,
        desk.envelope(),
        bands=parse_bands(bands) if bands else None,
        area=parse_area(area, _layer(boundaries)) if area else None,
        stations=_stations(stations) if stations else None,
        dry_run=desk.dry_run,
    )
    _told(desk, number, receipts)


@asks
def chart(
    desk: Desk,
    kind: Annotated[str, typer.Argument(metavar="KIND", help="allocation, occupancy, provinces hoặc · or stations")],
    out: Annotated[Path, typer.Argument(metavar="FILE", help="Tệp SVG để ghi · SVG file to write")],
    band: Annotated[str, typer.Option("--band", metavar="BAND", help="Băng tần, như 703-733 MHz · Band")] = "",
    boundaries: Layer = None,
    legal: Legal = None,
) -> None:
    """Vẽ bản đồ đài, mức chiếm dụng, biểu đồ băng tần · Draw stations, occupancy by province, a chart of bands."""
    from registries.spectrum import mapping

    layer = _layer(boundaries)
    if kind == "allocation":
        drawn = mapping.allocation_chart(mapping.pool_rows(desk.ledger, legal=legal))
    elif kind == "stations":
        drawn = mapping.station_map(layer, _placed(desk.ledger, legal))
    elif kind in {"occupancy", "provinces"}:
        from registries.spectrum.bands import Band

        of = Band.parse(desk.needs("--band", band, "chiếm dụng của băng nào · name the band"))
        shares = mapping.occupancy(mapping.taken(desk.ledger, of, legal=legal), of, layer)
        draw = mapping.occupancy_map if kind == "provinces" else mapping.occupancy_chart
        drawn = draw(layer, shares, of)
    else:
        raise OptionFaulty(option="KIND", value=kind, detail="write allocation, occupancy, provinces or stations")
    out.write_text(drawn, encoding="utf-8")
    desk.tell({"file": str(out), "kind": kind}, lambda screen: screen.print(f"đã vẽ · drawn: {out}", markup=False))


def _placed(ledger: "Ledger", legal: When | None) -> list[Any]:
    from registries.spectrum.bands import SPACE
    from registries.spectrum.licences import licence_of
    from registries.spectrum.mapping import Placed

    numbers = sorted(
        {
            one.grant.attributes["licence"]
            for one in ledger.as_of(SPACE, legal=legal)
            if one.grant.attributes.get("kind") == "station"
        }
    )
    found = (licence_of(ledger, number) for number in numbers)
    return [
        Placed(each, one.head.attributes.get("service") or each.service or "?")
        for one in found
        for each in one.stations
    ]


COMMANDS: tuple[tuple[str, Callable[..., int | None]], ...] = (
    ("allocate", allocate),
    ("licence", licence),
    ("station", station),
    ("amend", amend),
    ("renew", renew),
    ("transfer", transfer),
    ("suspend", suspend),
    ("resume", resume),
    ("return", give_back),
    ("revoke", revoke),
    ("expire", expire),
    ("show", show),
    ("due", due),
    ("chart", chart),
)


def add_to(commands: typer.Typer) -> None:
    """Give an application the commands of the frequency register."""
    for name, command in COMMANDS:
        commands.command(name)(command)

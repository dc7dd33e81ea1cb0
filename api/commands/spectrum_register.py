"""`sogoc spectrum allocate`, `licence`, `station`, `show`, `due`: the frequency register."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.commands import spectrum_changes, spectrum_maps
from api.commands.ledger_desk import Desk, asks, changes
from api.commands.ledger_options import Legal, When, moment_of, today, when
from api.commands.spectrum_files import layer_of, obligations_of, stations_of
from api.commands.spectrum_options import Bands, Holder, Layer, Service, Stations, Title, Until, Where
from api.commands.spectrum_shown import licence_lines, licence_value, told_of
from api.errors import OptionFaulty

if TYPE_CHECKING:
    from rich.console import Console

    from registries.spectrum.band_ranges import Band

_PREFIX = {"band": "BT", "lease": "TH", "orbit": "QD", "station": "TS"}
_ABOUT = {
    "term": "sắp hết hạn · term ends",
    "lapsed": "đã hết hạn, chưa ghi · ended, not recorded",
    "obligation": "nghĩa vụ · obligation",
    "complaint": "khiếu nại can nhiễu · complaint",
}


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
    from registries.spectrum.band_ranges import parse_bands
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
    from registries.spectrum.band_ranges import parse_bands
    from registries.spectrum.licences import LicenceKind

    if orbit is not None and lease_of is not None:
        raise OptionFaulty(option="--lease-of", value=lease_of, detail="an orbit licence is not leased")
    kind = LicenceKind.LEASE if lease_of else LicenceKind.BAND if orbit is None else LicenceKind.ORBIT
    where = areas.orbit_area(orbit) if orbit is not None else areas.parse_area(area, layer_of(boundaries))
    request = register.LicenceRequest(
        kind=kind,
        holder_id=holder_id_of(desk.ledger, holder),
        stop_at=moment_of(until),
        bands=parse_bands(bands),
        area=where,
        licence_id=name or register.licence_number(_PREFIX[kind.value], envelope := desk.envelope()),
        service=service,
        obligations=obligations_of(obligations),
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
    told_of(desk, request.licence_id, receipts, claims=len(request.boxes()), area=where.label)


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
        area=parse_area(area, layer_of(boundaries)) if area else None,
        licence_id=name or register.licence_number(_PREFIX["station"], envelope),
        service=service,
        is_exclusive=exclusive,
        stations=stations_of(file),
    )
    receipts = register.grant(desk.ledger, request, envelope, on=desk.on, dry_run=desk.dry_run)
    told_of(desk, request.licence_id, receipts, claims=len(request.boxes()), stations=len(request.stations))


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
    from registries.spectrum.band_ranges import parse_bands
    from registries.spectrum.licences import amendments
    from registries.spectrum.register_errors import LicenceUnknown

    try:
        found = amendments(desk.ledger, subject)
    except LicenceUnknown:
        if not subject[:1].isdigit():
            raise
        _show_bands(desk, parse_bands(subject), at, legal)
        return
    value = licence_value(desk.ledger, found[-1])
    value["amendments"] = [licence_value(desk.ledger, one) for one in found[:-1]]

    def draw(screen: "Console") -> None:
        for one in (value, *reversed(value["amendments"])):
            for line in licence_lines(one):
                screen.print(line, soft_wrap=True, markup=False)

    desk.tell(value, draw)


def _show_bands(desk: Desk, bands: "Sequence[Band]", at: str, legal: When | None) -> None:
    from api.commands.ledger_shown import holder_text
    from registries.ledger import Box
    from registries.spectrum import grid
    from registries.spectrum.band_ranges import SPACE, Band

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


COMMANDS: tuple[tuple[str, Callable[..., int | None]], ...] = (
    ("allocate", allocate),
    ("licence", licence),
    ("station", station),
    ("amend", spectrum_changes.amend),
    ("renew", spectrum_changes.renew),
    ("transfer", spectrum_changes.transfer),
    ("suspend", spectrum_changes.suspend),
    ("resume", spectrum_changes.resume),
    ("return", spectrum_changes.give_back),
    ("revoke", spectrum_changes.revoke),
    ("expire", spectrum_changes.expire),
    ("show", show),
    ("due", due),
    ("map", spectrum_maps.draw),
)


def add_to(commands: typer.Typer) -> None:
    """Give an application the commands of the frequency register."""
    for name, command in COMMANDS:
        commands.command(name)(command)

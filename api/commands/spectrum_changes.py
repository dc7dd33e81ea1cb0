"""`sogoc spectrum amend`, `renew`, `transfer` and the other changes and ends of a licence."""

from pathlib import Path
from typing import Annotated

import typer

from api.commands.ledger_desk import Desk, changes
from api.commands.ledger_options import moment_of
from api.commands.spectrum_files import layer_of, stations_of
from api.commands.spectrum_options import Layer, Number, Until
from api.commands.spectrum_shown import told_of


@changes
def renew(desk: Desk, number: Number, until: Until) -> None:
    """Gia hạn giấy phép · Renew a licence."""
    from registries.spectrum.changes import renew as renewed

    told_of(desk, number, renewed(desk.ledger, number, moment_of(until), desk.envelope(), dry_run=desk.dry_run))


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
    told_of(desk, number, transferred(desk.ledger, number, to, desk.envelope(), dry_run=desk.dry_run))


@changes
def suspend(desk: Desk, number: Number) -> None:
    """Tạm đình chỉ giấy phép · Suspend a licence."""
    from registries.spectrum.changes import suspend as suspended

    told_of(desk, number, suspended(desk.ledger, number, desk.why(), desk.envelope(), dry_run=desk.dry_run))


@changes
def resume(desk: Desk, number: Number) -> None:
    """Bỏ tạm đình chỉ · Lift the suspension of a licence."""
    from registries.spectrum.changes import resume as resumed

    told_of(desk, number, resumed(desk.ledger, number, desk.envelope(), reason=desk.reason or "", dry_run=desk.dry_run))


@changes
def give_back(desk: Desk, number: Number) -> None:
    """Ghi nhận trả lại giấy phép, cùng mọi hợp đồng thuê · Record that a licence is given back, with its leases."""
    from registries.spectrum.changes import give_back as given_back

    told_of(
        desk, number, given_back(desk.ledger, number, desk.envelope(), reason=desk.reason or "", dry_run=desk.dry_run)
    )


@changes
def revoke(desk: Desk, number: Number) -> None:
    """Thu hồi giấy phép, phải có quyết định · Revoke a licence, by a decision, with its leases."""
    from registries.spectrum.changes import revoke as revoked

    desk.needs("--instrument", desk.instrument, "thu hồi phải có quyết định · a revocation rests on a decision")
    told_of(desk, number, revoked(desk.ledger, number, desk.why(), desk.envelope(), dry_run=desk.dry_run))


@changes
def expire(desk: Desk, number: Number) -> None:
    """Ghi nhận giấy phép đã hết hạn · Record that the term of a licence has run out."""
    from registries.spectrum.changes import expire as expired

    told_of(desk, number, expired(desk.ledger, number, desk.envelope(), dry_run=desk.dry_run))


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
    from registries.spectrum.band_ranges import parse_bands
    from registries.spectrum.changes import amend as amended

    receipts = amended(
        desk.ledger,
        number,
        desk.envelope(),
        bands=parse_bands(bands) if bands else None,
        area=parse_area(area, layer_of(boundaries)) if area else None,
        stations=stations_of(stations) if stations else None,
        dry_run=desk.dry_run,
    )
    told_of(desk, number, receipts)

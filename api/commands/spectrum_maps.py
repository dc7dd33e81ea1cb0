"""`sogoc spectrum map`: stations, occupancy and allocations, drawn."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.commands.ledger_desk import Desk, asks
from api.commands.ledger_options import Legal, When
from api.commands.spectrum_files import layer_of
from api.commands.spectrum_options import Layer
from api.errors import OptionFaulty

if TYPE_CHECKING:
    from registries.store import Ledger


@asks
def draw(
    desk: Desk,
    kind: Annotated[str, typer.Argument(metavar="KIND", help="allocation, occupancy, provinces hoặc · or stations")],
    out: Annotated[Path, typer.Argument(metavar="FILE", help="Tệp SVG để ghi · SVG file to write")],
    band: Annotated[str, typer.Option("--band", metavar="BAND", help="Băng tần, như 703-733 MHz · Band")] = "",
    boundaries: Layer = None,
    legal: Legal = None,
) -> None:
    """Vẽ bản đồ đài, mức chiếm dụng, biểu đồ băng tần · Draw stations, occupancy by province, a chart of bands."""
    from registries.spectrum import mapping

    layer = layer_of(boundaries)
    if kind == "allocation":
        drawn = mapping.allocation_chart(mapping.pool_rows(desk.ledger, legal=legal))
    elif kind == "stations":
        drawn = mapping.station_map(layer, _placed(desk.ledger, legal))
    elif kind in {"occupancy", "provinces"}:
        from registries.spectrum.band_ranges import Band

        of = Band.parse(desk.needs("--band", band, "chiếm dụng của băng nào · name the band"))
        shares = mapping.occupancy(mapping.taken(desk.ledger, of, legal=legal), of, layer)
        drawing = mapping.occupancy_map if kind == "provinces" else mapping.occupancy_chart
        drawn = drawing(layer, shares, of)
    else:
        raise OptionFaulty(option="KIND", value=kind, detail="write allocation, occupancy, provinces or stations")
    out.write_text(drawn, encoding="utf-8")
    desk.tell({"file": str(out), "kind": kind}, lambda screen: screen.print(f"đã vẽ · drawn: {out}", markup=False))


def _placed(ledger: "Ledger", legal: When | None) -> list[Any]:
    from registries.spectrum.band_ranges import SPACE
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

"""What the law says of frequencies, and station files: `sogoc spectrum table`, `plan`, `fees`, `import`, `export`."""

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import typer

from api.commands.ledger_options import today
from api.commands.options import AsJson, day
from api.commands.quotes import quote_value, show_quote
from api.commands.terminal import draw_table, say, tell
from api.errors import OptionFaulty
from api.problems import DONE, MEND

if TYPE_CHECKING:
    import polars as pl
    from rich.console import Console

    from registries.fees import Quote
    from registries.spectrum.bands.allocations import Allocation, Band
    from registries.spectrum.exchange.columns import Imported

On = Annotated[
    datetime.date | None,
    typer.Option("--on", parser=day, metavar="DATE", help="Theo quy định ngày nào, mặc định hôm nay · As of a day"),
]
_TOLD: Final = 20


def table(
    band: Annotated[
        str, typer.Argument(metavar="BAND", help="Tần số hay băng: 705MHz, 703-713MHz · Frequency or band")
    ] = "0-3THz",
    service: Annotated[
        str | None, typer.Option("--service", metavar="CODE", help="Kiểm tra nghiệp vụ này · Hold a service against it")
    ] = None,
    on: On = None,
    as_json: AsJson = False,
) -> int:
    """Bảng phân chia tần số cho các nghiệp vụ · The table of allocations, whole or of one band."""
    from registries.spectrum.bands.allocations import allocations, check_assignment

    asked = _band(band)
    rows = allocations(on or today())
    found = [row for row in rows if row.band.overlaps(asked)]
    faults = check_assignment(service, asked, rows, str(asked)) if service else ()
    value = {
        "band": [asked.lower_hz, asked.upper_hz],
        "on": str(on or today()),
        "allocations": [_allocation(row) for row in found],
        "findings": [str(finding) for finding in faults],
    }

    def show(screen: "Console") -> None:
        lines = [
            (
                str(row.band),
                row.service.upper() if row.status == "primary" else row.service.lower(),
                row.status,
                " ".join((*row.qualifiers, *row.footnotes, *row.band_footnotes)),
                "" if row.is_confirmed else "?",
            )
            for row in found
        ]
        heads = (
            "băng · band",
            "nghiệp vụ · service",
            "hạng · status",
            "chú thích · notes",
            "chưa xác nhận · unconfirmed",
        )
        draw_table(screen, "Phân chia tần số · Allocations", heads, lines, numbers_from=len(heads))
        for finding in faults:
            screen.print(str(finding), soft_wrap=True, markup=False)

    tell(value, show, as_json=as_json)
    return MEND if any(finding.severity == "error" for finding in faults) else DONE


def plan(
    name: Annotated[
        str | None, typer.Argument(metavar="RASTER", help="Một phân kênh, liệt kê kênh · One raster with its channels")
    ] = None,
    on: On = None,
    as_json: AsJson = False,
) -> None:
    """Quy hoạch kênh: khối IMT và các phân kênh · Band plans: IMT blocks with their holders, and channel rasters."""
    from registries.spectrum.bands.blocks import blocks
    from registries.spectrum.bands.rasters import raster, rasters

    when = on or today()
    if name is not None:
        one = raster(name, when)
        channels = list(one.channels())
        told = [
            {"number": each.number, "centre_hz": each.centre_hz, "paired_hz": each.paired_hz, "width_hz": each.width_hz}
            for each in channels
        ]

        def show_channels(screen: "Console") -> None:
            rows = [(str(each.number), each.centre_hz, each.paired_hz, each.width_hz) for each in channels]
            heads = ("kênh · channel", "tâm · centre, Hz", "đôi · pair, Hz", "rộng · width, Hz")
            draw_table(screen, f"{one.vi} · {one.en}", heads, rows)

        tell(
            {"raster": one.name, "on": str(when), "source": one.source, "channels": told},
            show_channels,
            as_json=as_json,
        )
        return
    imt, known = blocks(when), rasters(when)
    value = {
        "on": str(when),
        "blocks": [
            {
                "band": each.band_name,
                "block": each.name,
                "duplex": each.duplex,
                "bands_hz": [[part.lower_hz, part.upper_hz] for part in each.bands],
                "holder": each.holder,
                "confirmed": each.doubt is None,
                "source": each.source,
            }
            for each in imt
        ],
        "rasters": [{"name": each.name, "service": each.service, "vi": each.vi, "en": each.en} for each in known],
    }

    def show(screen: "Console") -> None:
        rows = [
            (
                each.band_name,
                each.name,
                " / ".join(str(part) for part in each.bands),
                each.holder,
                "?" if each.doubt else "",
            )
            for each in imt
        ]
        heads = (
            "băng · band",
            "khối · block",
            "tần số · frequencies",
            "chủ thể · holder",
            "chưa xác nhận · unconfirmed",
        )
        draw_table(screen, "Khối IMT · IMT blocks", heads, rows, numbers_from=len(heads))
        listed = [(each.name, each.service, each.last - each.first + 1, each.vi, each.en) for each in known]
        heads = ("tên · name", "nghiệp vụ · service", "kênh · channels", "", "")
        draw_table(screen, "Phân kênh · Rasters", heads, listed, numbers_from=len(heads))

    tell(value, show, as_json=as_json)


def fees(
    item: Annotated[
        str,
        typer.Argument(
            metavar="ITEM",
            help="station, private-mobile, ship, levy, hoặc mục của biểu phí · or an item of the tariff",
        ),
    ],
    on: On = None,
    procedure: Annotated[
        Literal["issue", "extend", "reissue", "amend", "amend-no-reassignment", "use"],
        typer.Option("--procedure", help="Thủ tục, hay sử dụng một năm · Procedure, or a year of use"),
    ] = "issue",
    quantity: Annotated[int, typer.Option("--quantity", min=0, metavar="N", help="Số lượng · How many")] = 1,
    power_w: Annotated[
        float | None, typer.Option("--power", metavar="W", help="Công suất phát, W · Output power of a station")
    ] = None,
    province: Annotated[
        list[str] | None,
        typer.Option("--province", metavar="CODE", help="Tỉnh sử dụng, có thể nhiều · Provinces of use"),
    ] = None,
    exclusive: Annotated[bool, typer.Option("--exclusive", help="Kênh dùng riêng · A channel of one's own")] = False,
    equipment: Annotated[
        list[str] | None,
        typer.Option("--equipment", metavar="KIND", help="Loại thiết bị trên tàu · Equipment of a ship"),
    ] = None,
    bandwidth_mhz: Annotated[
        float | None, typer.Option("--bandwidth", metavar="MHZ", help="Băng thông tính mức thu · Bandwidth of a levy")
    ] = None,
    months: Annotated[
        int, typer.Option("--months", min=0, metavar="N", help="Số tháng gia hạn · Months of a levy")
    ] = 12,
    rate: Annotated[
        int | None, typer.Option("--rate", min=0, metavar="VND", help="Mức cơ sở đ/MHz/năm · Base rate of a levy")
    ] = None,
    rate_source: Annotated[
        str, typer.Option("--rate-source", metavar="TEXT", help="Văn bản quy định mức cơ sở · Instrument of the rate")
    ] = "",
    firm: Annotated[
        bool, typer.Option("--firm", help="Chỉ nhận báo phí xuất được hóa đơn · Refuse what gives no invoice")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Lệ phí cấp phép, phí sử dụng, mức thu gia hạn · Licence fees, charges for use, levy for extension."""
    from registries.spectrum import fees as tariff

    when = on or today()
    found: Quote
    if item == "private-mobile":
        found = tariff.quote_private_mobile(quantity, province or [], when, shared=not exclusive)
    elif item == "ship":
        found = tariff.quote_ship(equipment or [], when)
    elif item == "levy":
        if bandwidth_mhz is None or rate is None or not rate_source:
            raise OptionFaulty(option="levy", value=item, detail="needs --bandwidth, --rate and --rate-source")
        found = tariff.quote_extension_levy(round(bandwidth_mhz * 1e6), months, rate, rate_source, when)
    elif procedure == "use":
        found = tariff.quote_use(item, quantity, when)
    else:
        if item == "station":
            if power_w is None:
                raise OptionFaulty(option="--power", value="", detail="a station is charged by its output power in W")
            item = tariff.station_item(power_w)
        found = tariff.quote_licence(item, when, procedure=procedure, count=quantity)
    if firm:
        found = found.firm()
    tell(
        {"item": item, "procedure": procedure} | quote_value(found),
        lambda screen: show_quote(screen, found),
        as_json=as_json,
    )


def import_stations(
    path: Annotated[Path, typer.Argument(metavar="FILE|FOLDER", help="Danh sách đài · List of stations")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Bảng ấn định: .parquet hoặc .csv · Where to")],
    shape: Annotated[
        Literal["list", "uls", "rrl", "tafl"],
        typer.Option(
            "--shape", help="Dạng tệp: danh sách CSV/Excel, FCC ULS, ACMA RRL, ISED TAFL · Shape of the files"
        ),
    ] = "list",
    on: On = None,
    as_json: AsJson = False,
) -> int:
    """Đọc danh sách đài thành bảng ấn định, mỗi dòng đều có kết quả · Read stations; every row is accounted for."""
    done = _read(shape, path, on or today())
    _write(done.table, out)
    value = {
        "file": str(path),
        "rows_in": done.rows_in,
        "rows_out": done.table.height,
        "rejected": done.rejected,
        "findings": [{"code": one.code, "severity": one.severity, "where": one.where} for one in done.findings],
        "out": str(out),
    }

    def show(screen: "Console") -> None:
        told = f"{path}: {done.rows_in:,} dòng · rows = {done.table.height:,} ghi · kept"
        told += f" + {done.rejected:,} từ chối · rejected"
        screen.print(told, soft_wrap=True, markup=False)

    tell(value, show, as_json=as_json)
    for one in done.findings[:_TOLD]:
        say(str(one))
    if len(done.findings) > _TOLD:
        say(f"… {len(done.findings) - _TOLD:,} phát hiện khác, xem --json · more findings, see --json")
    return MEND if done.rejected else DONE


def export_stations(
    path: Annotated[Path, typer.Argument(metavar="TABLE", help="Bảng ấn định .parquet hoặc .csv · Assignment table")],
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE", help="Ghi ra: .csv, .parquet, .geojson · Where to, by its ending")
    ],
    as_json: AsJson = False,
) -> None:
    """Ghi bảng ấn định ra dạng khác · Write an assignment table in another form."""
    held = _table(path)
    _write(held, out)
    tell(
        {"rows": held.height, "out": str(out)}, lambda screen: screen.print(f"{held.height:,} → {out}"), as_json=as_json
    )


def _read(shape: str, path: Path, on: datetime.date) -> "Imported":
    from registries.spectrum.exchange.rrl import read_rrl
    from registries.spectrum.exchange.station_lists import read_station_list
    from registries.spectrum.exchange.tafl import read_tafl
    from registries.spectrum.exchange.uls import read_uls

    readers: dict[str, Callable[[Path], Imported]] = {"uls": read_uls, "rrl": read_rrl, "tafl": read_tafl}
    return readers[shape](path) if shape in readers else read_station_list(path, on)


def _table(path: Path) -> "pl.DataFrame":
    from registries.spectrum.exchange import files

    readers = {".parquet": files.read_parquet, ".csv": files.read_csv}
    if path.suffix not in readers:
        raise OptionFaulty(option="TABLE", value=str(path), detail="write a file that ends in .parquet or .csv")
    return readers[path.suffix](path)


def _write(held: "pl.DataFrame", out: Path) -> None:
    from registries.spectrum.exchange import files

    writers = {".parquet": files.write_parquet, ".csv": files.write_csv, ".geojson": files.write_geojson}
    if out.suffix not in writers:
        raise OptionFaulty(option="--out", value=str(out), detail=f"write a file that ends in {', '.join(writers)}")
    writers[out.suffix](held, out)


def _band(text: str) -> "Band":
    from registries.spectrum.bands.allocations import LAST_HZ, Band
    from registries.spectrum.bands.importing import read_frequency

    first, dash, last = text.partition("-")
    unit = last.lstrip("0123456789., ")
    try:
        upper = read_frequency(last if dash else first)
        lower = read_frequency(first if not dash or not first[-1:].isdigit() else f"{first}{unit}")
    except ValueError as error:
        raise OptionFaulty(option="BAND", value=text, detail=str(error)) from error
    return Band(lower, upper if dash else min(lower + 1, LAST_HZ))


def _allocation(row: "Allocation") -> dict[str, Any]:
    return {
        "lower_hz": row.band.lower_hz,
        "upper_hz": row.band.upper_hz,
        "service": row.service,
        "status": row.status,
        "qualifiers": row.qualifiers,
        "footnotes": row.footnotes,
        "band_footnotes": row.band_footnotes,
        "confirmed": row.is_confirmed,
        "source": row.source,
    }


def add_to(commands: typer.Typer) -> None:
    """Give an application these commands."""
    commands.command("table")(table)
    commands.command("plan")(plan)
    commands.command("fees")(fees)
    commands.command("import")(import_stations)
    commands.command("export")(export_stations)

"""Options that the commands of the frequency register share."""

from pathlib import Path
from typing import Annotated

import typer

from api.commands.ledger_options import When, when

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

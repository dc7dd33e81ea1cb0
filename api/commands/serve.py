"""`sogoc serve`: RDAP, REST and WHOIS of one ledger."""

from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.ledger_options import Db
from api.commands.terminal import say

if TYPE_CHECKING:
    from api.service import Service
    from api.serving import Listening


def serve(
    db: Db = None,
    http: Annotated[
        str, typer.Option("--http", metavar="HOST:PORT", help="Nơi nghe RDAP và REST · Where RDAP and REST listen")
    ] = "127.0.0.1:8080",
    whois: Annotated[
        str | None,
        typer.Option(
            "--whois", metavar="HOST:PORT", help="Nơi nghe WHOIS; không nêu thì không mở · Where WHOIS listens"
        ),
    ] = None,
    base_url: Annotated[
        str,
        typer.Option(
            "--base-url",
            metavar="URL",
            help="Địa chỉ mà bên ngoài dùng, mặc định theo --http · Address from outside, by default --http",
        ),
    ] = "",
    agency: Annotated[
        str, typer.Option("--agency", metavar="NAME", help="Cơ quan đứng tên · Who runs the register")
    ] = "VNNIC",
    rate: Annotated[
        int,
        typer.Option(
            "--rate",
            min=0,
            metavar="N",
            help="Số câu hỏi mỗi giây của một máy, 0 là không hạn · Questions a second per client",
        ),
    ] = 100,
    allow_writes: Annotated[
        bool,
        typer.Option(
            "--allow-writes",
            help="Nhận thay đổi từ chính máy này, kèm mã truy cập · Take changes from this machine, with the token",
        ),
    ] = False,
) -> None:
    """Mở RDAP, REST và WHOIS cho sổ cái · Serve RDAP, REST and WHOIS of a ledger."""
    from api.ledger_home import db_url, open_ledger_at
    from api.service import Service
    from api.serving import Listening
    from api.serving import serve as run

    ledger, home = open_ledger_at(db_url(db))
    try:
        place = Listening.parse(whois) if whois else None
        service = Service(
            base_url.rstrip("/"), agency=agency, tag=agency.upper(), whois_host=place.host if place else "", rate=rate
        )
        run(ledger, home, service, http=Listening.parse(http), whois=place, allow_writes=allow_writes, ready=_tell)
    finally:
        ledger.close()


def _tell(service: "Service", http: "Listening", whois: "Listening | None") -> None:
    port = f" · WHOIS {whois}" if whois else ""
    say(f"sogoc: RDAP {service.rdap_url} · REST {service.base_url}/v1 · HTTP {http}{port}")

"""`sogoc ledger`: make a ledger, say how it stands, and tell who had what as of any moment."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.commands.ledger_desk import Desk, asks
from api.commands.ledger_options import Db, Legal, Recorded
from api.commands.options import AsJson
from api.commands.terminal import draw_table, tell
from api.ledger_home import db_url, make_ledger

if TYPE_CHECKING:
    from rich.console import Console

commands = typer.Typer(
    rich_markup_mode=None,
    no_args_is_help=True,
    help="Sổ cái: lập, xem, hỏi tại một thời điểm · The ledger: make, describe, ask as of a moment",
)


@commands.command()
def init(
    home: Annotated[
        Path | None,
        typer.Option(
            "--home",
            metavar="DIR",
            help="Thư mục giữ khóa ký và nhật ký bằng chứng, mặc định cạnh cơ sở dữ liệu · "
            "Folder of the signing key and the evidence log, beside the database by default",
        ),
    ] = None,
    log_name: Annotated[
        str | None,
        typer.Option("--log-name", metavar="NAME", help="Tên nhật ký trong điểm kiểm · Name of the log in checkpoints"),
    ] = None,
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """Lập sổ: lược đồ, khóa ký, nhật ký, mã truy cập · Make a ledger: schema, signing key, log, bearer token.

    Mã truy cập chỉ hiện một lần; chạy lại không đổi gì · The token is shown once; run again, nothing changes.
    """
    made, at = make_ledger(db_url(db), folder=home, log_name=log_name)
    value = {
        "db": made.url,
        "schema": made.schema,
        "log_name": made.log_name,
        "home": str(at.folder),
        "signing_key": str(at.signing_key),
        "evidence": str(at.evidence),
        "token": made.token,
    }

    def show(screen: "Console") -> None:
        rows: list[tuple[str, object]] = [
            ("Cơ sở dữ liệu · database", made.url),
            ("Lược đồ · schema", made.schema),
            ("Tên nhật ký · log", made.log_name),
            ("Khóa ký · signing key", at.signing_key),
            ("Nhật ký bằng chứng · evidence log", at.evidence),
            ("Mã truy cập · bearer token", made.token or "đã cấp trước đây · given before"),
        ]
        draw_table(screen, "Sổ cái · Ledger", ("", ""), rows, numbers_from=9)

    tell(value, show, as_json=as_json)


@commands.command()
@asks
def status(desk: Desk) -> None:
    """Sổ có gì: mục, vùng cấp, tài nguyên đang có chủ · What the ledger holds: entries, pools, resources held."""
    from registries.addresses.delegated import KINDS
    from registries.addresses.history import pools
    from registries.store.opening import settings, shown_url
    from registries.store.outbox import StoreOutbox

    outbox = StoreOutbox(desk.ledger.store)
    held = {kind: [one for one in desk.ledger.as_of(kind) if one.claim.tier == 1] for kind in KINDS}
    value: dict[str, Any] = {
        "db": shown_url(desk.ledger.store.url),
        "log_name": settings(desk.ledger).get("log_name"),
        "home": str(desk.home.folder),
        "entries": outbox.next_position() + outbox.waiting(),
        "entries_signed": desk.home.signed_size(),
        "pools": [pool.grant_id for pool in pools(desk.ledger)],
        "held": {
            kind: {"grants": len(found), "numbers": str(sum(one.claim.box.size for one in found))}
            for kind, found in held.items()
        },
    }

    def show(screen: "Console") -> None:
        rows: list[tuple[str, object]] = [
            ("Cơ sở dữ liệu · database", value["db"]),
            ("Mục · entries", value["entries"]),
            ("Đã ký trong nhật ký · signed in the log", value["entries_signed"]),
            ("Vùng cấp · pools", ", ".join(value["pools"]) or "chưa có · none"),
        ]
        for kind, found in value["held"].items():
            rows.append((f"{kind}: quyền sử dụng · grants", found["grants"]))
            rows.append((f"{kind}: địa chỉ, số · addresses, numbers", int(found["numbers"])))
        draw_table(screen, "Sổ cái · Ledger", ("", ""), rows)

    desk.tell(value, show)


@commands.command("as-of")
@asks
def as_of(
    desk: Desk,
    space: Annotated[
        str, typer.Argument(metavar="SPACE", help="Không gian số: ipv4, ipv6, asn, ... · Space: ipv4, ipv6, asn, ...")
    ],
    resource: Annotated[
        str | None,
        typer.Argument(
            metavar="RESOURCE", help="Khối, số hiệu hoặc khoảng; bỏ trống là tất cả · Block, number or range"
        ),
    ] = None,
    legal: Legal = None,
    recorded: Recorded = None,
) -> None:
    """Ai giữ gì tại một thời điểm, theo luật và theo sổ · Who had what as of a moment, by law and by record."""
    from api.commands.ledger_resources import box_of
    from api.commands.ledger_shown import holding_lines, holding_values

    box = None if resource is None else box_of(space, resource)
    found = holding_values(desk.ledger, desk.ledger.as_of(space, box, legal=legal, recorded=recorded))

    def show(screen: "Console") -> None:
        for line in holding_lines(found):
            screen.print(line, soft_wrap=True, markup=False)
        if not found:
            screen.print("không ai giữ · held by nobody")

    asked = {"space": space, "resource": resource, "legal": _asked(legal), "recorded": _asked(recorded)}
    desk.tell(asked | {"holdings": found}, show)


def _asked(value: object) -> str | None:
    return None if value is None else str(value)

"""Blocks in the routing system and in the DNS: `sogoc ip announced`, `roa`, `route-object`, `reverse` and so on."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.ledger_desk import Desk, asks, changes
from api.commands.ledger_options import GrantName
from api.commands.options import AsJson
from api.commands.terminal import say, tell
from api.errors import OptionFaulty
from api.problems import DONE, MEND

if TYPE_CHECKING:
    from rich.console import Console

    from registries.addresses.blocks import Block
    from registries.addresses.requests import RoaRequest
    from registries.addresses.reverse import Signer

Announced = Annotated[
    Path, typer.Option("--announced", metavar="FILE", help="Bảng định tuyến CSV: prefix,origin · Routes: prefix,origin")
]
MaybeAnnounced = Annotated[
    Path | None,
    typer.Option("--announced", metavar="FILE", help="Bảng định tuyến CSV: prefix,origin · Routes: prefix,origin"),
]
Roas = Annotated[
    Path | None,
    typer.Option("--roas", metavar="FILE", help="ROA đã kiểm CSV của rpki-client, Routinator · Validated ROA payloads"),
]
BlockText = Annotated[str, typer.Argument(metavar="BLOCK", help="Khối địa chỉ · Block of addresses")]
Origin = Annotated[str, typer.Argument(metavar="AS", help="Số hiệu mạng quảng bá · AS number that announces it")]
MaxLength = Annotated[
    int | None, typer.Option("--max-length", min=0, max=128, metavar="N", help="maxLength của ROA · of the ROA")
]


@asks
def announced(
    desk: Desk,
    routes: Announced,
    roas: Roas = None,
    unannounced: Annotated[
        bool, typer.Option("--unannounced", help="Chỉ các khối không ai quảng bá · Only blocks that nobody announces")
    ] = False,
) -> None:
    """Khối đã cấp được quảng bá bởi số hiệu mạng nào; AS ấy không phải chủ thể · Who announces what was delegated."""
    from registries.addresses.announcements import read_announcements, read_authorisations
    from registries.addresses.holdings import held_blocks
    from registries.addresses.routing import Authorisations, announced_by

    seen = read_announcements(routes)
    told = announced_by(held_blocks(desk.ledger), seen)
    rows = [one for one in told if not (unannounced and one.origins)]
    value: dict[str, object] = {
        "blocks": len(told),
        "announced": sum(1 for one in told if one.origins),
        "rows": [
            {
                "block": str(one.block),
                "announced_by": [{"asn": origin, "addresses": str(count)} for origin, count in one.origins],
            }
            for one in rows
        ],
    }
    if roas is not None:
        payloads = Authorisations(read_authorisations(roas))
        states: dict[str, int] = {"valid": 0, "invalid": 0, "not-found": 0}
        for route in seen:
            states[payloads.validity(route).validity.value] += 1
        value["validity"] = states

    def show(screen: "Console") -> None:
        screen.print(f"{value['announced']:,} / {len(told):,} khối được quảng bá · blocks announced")
        for one in rows:
            names = ", ".join(f"AS{origin} ({count:,})" for origin, count in one.origins) or "-"
            screen.print(f"{one.block}: quảng bá bởi · announced by {names}", soft_wrap=True, markup=False)
        if roas is not None:
            screen.print(f"RFC 6811: {value['validity']}", markup=False)

    desk.tell(value, show)


@asks
def roa(
    desk: Desk,
    block: BlockText,
    origin: Origin,
    holder: Annotated[
        str, typer.Option("--holder", metavar="HOLDER", help="Chủ thể xin ROA · Holder who asks for the ROA")
    ],
    max_length: MaxLength = None,
    announced: MaybeAnnounced = None,
    roas: Roas = None,
) -> int:
    """Kiểm tra yêu cầu ROA theo RFC 6811, 9319, và khối của chủ thể · Check a request for a ROA."""
    from api.commands.ledger_resources import holder_id_of
    from registries.addresses.announcements import read_announcements, read_authorisations
    from registries.addresses.holdings import held_blocks
    from registries.addresses.requests import check_roa

    request = _request(block, origin, max_length)
    findings = check_roa(
        request,
        held_blocks(desk.ledger, holder_id_of(desk.ledger, holder)),
        [] if announced is None else read_announcements(announced),
        [] if roas is None else read_authorisations(roas),
    )
    refused = any(one.refuses for one in findings)
    value = {
        "block": str(request.block),
        "origin": request.origin,
        "max_length": request.max_length,
        "accepted": not refused,
        "findings": [{"code": one.code, "refuses": one.refuses, "vi": one.vi, "en": one.en} for one in findings],
    }

    def show(screen: "Console") -> None:
        for one in findings:
            mark = "từ chối · refused" if one.refuses else "lưu ý · note"
            screen.print(f"{mark}: {one.vi} · {one.en}", soft_wrap=True, markup=False)
        if not refused:
            screen.print("có thể nhập vào hệ thống của APNIC · it can be entered at APNIC")

    desk.tell(value, show)
    return MEND if refused else DONE


def route_object(
    block: BlockText,
    origin: Origin,
    maintainer: Annotated[
        str, typer.Option("--maintainer", metavar="MNT", help="Đối tượng mnt-by · Maintainer of the object")
    ] = "MAINT-VN-VNNIC",
    description: Annotated[str, typer.Option("--description", metavar="TEXT", help="Dòng descr · Description")] = "-",
    as_json: AsJson = False,
) -> None:
    """Đối tượng route hoặc route6 để công bố · The route or route6 object to publish, in RPSL."""
    from registries.addresses.requests import route_object as written

    request = _request(block, origin, None)
    if request.block.length is None:
        raise OptionFaulty(option="BLOCK", value=block, detail="is no prefix; write an object for each prefix of it")
    text = written(request, description=description, maintainer=maintainer)
    tell({"object": text}, lambda screen: screen.print(text.rstrip("\n"), markup=False), as_json=as_json)


def reverse(
    block: BlockText,
    server: Annotated[
        list[str], typer.Option("--server", metavar="NAME", help="Máy chủ tên, ít nhất hai · Name server, two at least")
    ],
    signer: Annotated[
        list[str] | None,
        typer.Option("--ds", metavar="'TAG ALG TYPE DIGEST'", help="Bản ghi DS, có thể nhiều · DS record, repeatable"),
    ] = None,
    check: Annotated[
        bool,
        typer.Option("--check", help="Hỏi từng máy chủ có trả lời cho vùng không · Ask each server for its zones"),
    ] = False,
    as_json: AsJson = False,
) -> int:
    """Các dòng cho vùng cha in-addr.arpa, ip6.arpa của một khối · Lines of a block for the reverse zone above."""
    from registries.addresses.reverse import ReverseNames, fragment, lame, zones

    names = ReverseNames(_block(block), tuple(server), tuple(_signer(text) for text in signer or ()))
    text = fragment(names)
    value: dict[str, object] = {
        "block": str(names.block),
        "zones": [zone.name for zone in zones(names.block)],
        "fragment": text,
    }
    faults = []
    if check:
        from api.name_servers import ask

        faults = lame(names, ask)
        value["lame"] = [{"zone": one.zone, "server": one.server, "reason": one.reason} for one in faults]
    tell(value, lambda screen: screen.print(text.rstrip("\n"), soft_wrap=True, markup=False), as_json=as_json)
    for one in faults:
        say(f"trả lời sai · lame: {one.server}, {one.zone}: {one.reason}")
    return MEND if faults else DONE


@changes
def delegate_reverse(
    desk: Desk,
    grant: GrantName,
    server: Annotated[
        list[str] | None,
        typer.Option(
            "--server", metavar="NAME", help="Máy chủ tên, ít nhất hai; không có: thôi ủy quyền · Name server"
        ),
    ] = None,
    signer: Annotated[
        list[str] | None,
        typer.Option("--ds", metavar="'TAG ALG TYPE DIGEST'", help="Bản ghi DS, có thể nhiều · DS record, repeatable"),
    ] = None,
) -> None:
    """Ghi máy chủ tên và DS cho vùng ngược của một khối đã cấp · Set who answers for the reverse zones of a grant."""
    from api.commands.ledger_resources import grant_of
    from registries.addresses.delegating import reverse_delegation

    found = grant_of(desk.ledger, grant)
    signers = [_signer(text) for text in signer or ()]
    desk.execute(reverse_delegation(desk.ledger, found.grant_id, server or (), signers))


def _signer(text: str) -> "Signer":
    from registries.addresses.reverse import Signer

    parts = text.split()
    if len(parts) != 4 or not all(part.isdigit() for part in parts[:3]):
        raise OptionFaulty(option="--ds", value=text, detail="write key tag, algorithm, digest type and digest")
    return Signer(int(parts[0]), int(parts[1]), int(parts[2]), parts[3])


def _request(block: str, origin: str, max_length: int | None) -> "RoaRequest":
    from registries.addresses.requests import RoaRequest
    from registries.asns.numbers import parse_autnum

    return RoaRequest(_block(block), parse_autnum(origin), max_length)


def _block(text: str) -> "Block":
    from registries.addresses.blocks import Block

    return Block.parse(text)

"""`sogoc holder`: who has rights of use, under which names and identifiers, and how they are reached."""

import datetime
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import typer

from api.commands.ledger_desk import Desk, asks, changes
from api.commands.ledger_options import When, moment_of, today, when
from api.errors import OptionFaulty, PurposeMissing

if TYPE_CHECKING:
    from rich.console import Console

    from registries.holders import Holder

commands = typer.Typer(
    rich_markup_mode=None,
    no_args_is_help=True,
    help="Chủ thể: tổ chức, cơ quan, cá nhân; đầu mối · Holders: organisations, agencies, persons; their contacts",
)

CONTACT_DAYS: Final = 365
"""After how many days a contact is to be validated again, unless the officer names a day."""
_KINDS: Final = {"organisation": "tổ chức · organisation", "agency": "cơ quan · agency", "person": "cá nhân · person"}
_STANDINGS: Final = {
    "active": "đang hoạt động · active",
    "merged": "đã nhập vào chủ thể khác · merged",
    "ended": "đã kết thúc · ended",
}

HolderName = Annotated[
    str,
    typer.Argument(
        metavar="HOLDER", help="Chủ thể: mã, tên gọi tắt hoặc loại:số · Holder: its name, handle or scheme:value"
    ),
]
Personal = Annotated[
    Path | None,
    typer.Option(
        "--personal",
        metavar="FILE",
        help="Tệp JSON trường: giá trị cá nhân, - là stdin; sổ chỉ giữ cam kết · "
        "JSON file of personal values by field, - is stdin; entries hold commitments alone",
    ),
]
Due = Annotated[
    When | None,
    typer.Option("--due", parser=when, metavar="DATE", help="Phải xác nhận lại trước ngày · To be validated before"),
]
ContactName = Annotated[str, typer.Argument(metavar="CONTACT", help="Mã đầu mối · Name of the contact")]


@commands.command()
@changes
def register(
    desk: Desk,
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="Tên tổ chức, cơ quan; cá nhân để trống · Name; empty for a person")
    ] = "",
    kind: Annotated[
        Literal["organisation", "agency", "person"], typer.Option("--kind", help="Loại chủ thể · Kind of holder")
    ] = "organisation",
    handle: Annotated[
        str, typer.Option("--handle", metavar="TEXT", help="Tên gọi tắt, như EXAMPLE-VN · Handle, as EXAMPLE-VN")
    ] = "",
    identifier: Annotated[
        list[str] | None,
        typer.Option("--identifier", metavar="SCHEME:VALUE", help="Mã số doanh nghiệp, ... · Business number, ..."),
    ] = None,
    holder_id: Annotated[str, typer.Option("--id", metavar="ID", help="Mã trong sổ · Name in the ledger")] = "",
    personal: Personal = None,
) -> None:
    """Ghi chủ thể mới · Register a holder."""
    from registries.holders import Kind, RegisterHolder

    if (kind == "person") == bool(name):
        raise OptionFaulty(option="NAME", value=name, detail="organisations and agencies have one, persons none")
    desk.execute(
        RegisterHolder(
            kind=Kind(kind),
            called=name,
            handle=handle,
            identifiers=tuple(_identifier(text) for text in identifier or ()),
            holder_id=holder_id,
            personal=_personal(personal),
        )
    )


@commands.command()
@changes
def rename(
    desk: Desk, holder: HolderName, name: Annotated[str, typer.Argument(metavar="NAME", help="Tên mới · New name")]
) -> None:
    """Đổi tên; tên cũ vẫn còn trong sổ · Give a holder another name; the old one stays on record."""
    from registries.holders import RenameHolder

    desk.execute(RenameHolder(holder_id=_id(desk, holder), called=name))


@commands.command()
@changes
def identify(
    desk: Desk,
    holder: HolderName,
    identifier: Annotated[str, typer.Argument(metavar="SCHEME:VALUE", help="Loại và số định danh · Scheme and value")],
) -> None:
    """Thêm số định danh, không trùng với ai · Add an identifier that names nobody else."""
    from registries.holders import IdentifyHolder

    scheme, value = _identifier(identifier)
    desk.execute(IdentifyHolder(holder_id=_id(desk, holder), scheme=scheme, value=value))


@commands.command()
@changes
def merge(
    desk: Desk,
    holder: HolderName,
    other: Annotated[
        list[str], typer.Argument(metavar="OTHER...", help="Các chủ thể nhập vào · Holders that go into it")
    ],
) -> None:
    """Sáp nhập: kế thừa mọi quyền sử dụng · Let holders go into one, which succeeds to their grants."""
    from registries.holders import MergeHolders

    absorbed = tuple(_id(desk, text) for text in other)
    desk.execute(MergeHolders(holder_id=_id(desk, holder), absorbed=absorbed, reason=desk.reason or ""))


@commands.command()
@changes
def end(desk: Desk, holder: HolderName) -> None:
    """Kết thúc chủ thể không còn giữ gì · End a holder who has nothing any more."""
    from registries.holders import EndHolder

    desk.execute(EndHolder(holder_id=_id(desk, holder), reason=desk.reason or ""))


@commands.command("set-contact")
@changes
def set_contact(
    desk: Desk,
    holder: HolderName,
    contact: ContactName,
    role: Annotated[
        list[str],
        typer.Option("--role", metavar="ROLE", help="Vai trò: admin, tech, billing, abuse · Role, repeatable"),
    ],
    personal: Personal = None,
    due: Due = None,
) -> None:
    """Ghi đầu mối liên lạc và hạn xác nhận · Put a contact, and by when it has to be validated."""
    from registries.holders import SetContact

    desk.execute(
        SetContact(
            holder_id=_id(desk, holder),
            contact_id=contact,
            roles=tuple(role),
            personal=_personal(personal),
            due_at=_due(due),
        )
    )


@commands.command("validate-contact")
@changes
def validate_contact(desk: Desk, holder: HolderName, contact: ContactName, due: Due = None) -> None:
    """Ghi nhận đầu mối đã trả lời, và hạn lần sau · Record that a contact answered, and when to ask again."""
    from registries.holders import ValidateContact

    desk.execute(ValidateContact(holder_id=_id(desk, holder), contact_id=contact, due_at=_due(due)))


@commands.command("remove-contact")
@changes
def remove_contact(desk: Desk, holder: HolderName, contact: ContactName) -> None:
    """Bỏ đầu mối, xóa giá trị cá nhân của nó · Remove a contact and erase its personal values."""
    from registries.holders import RemoveContact

    desk.execute(RemoveContact(holder_id=_id(desk, holder), contact_id=contact))


@commands.command()
@changes
def erase(desk: Desk, holder: HolderName) -> None:
    """Xóa giá trị cá nhân; bản ghi và cam kết vẫn còn · Erase personal values; record and commitments stay."""
    from registries.holders import ErasePersonal

    desk.execute(ErasePersonal(holder_id=_id(desk, holder), reason=desk.reason or ""))


@commands.command("list")
@asks
def list_holders(
    desk: Desk,
    after: Annotated[str, typer.Option("--after", metavar="ID", help="Sau mã nào · After which one")] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, metavar="N", help="Bao nhiêu dòng · How many")] = 100,
) -> None:
    """Danh sách chủ thể, từng trang theo mã · Holders by their names in the ledger, page by page."""
    from api.commands.terminal import draw_table

    found = desk.ledger.holders(after=after, limit=limit)

    def show(screen: "Console") -> None:
        rows = [(each.holder_id, each.handle, each.name, _STANDINGS[each.standing.value]) for each in found]
        draw_table(screen, "Chủ thể · Holders", ("Mã · id", "Tắt · handle", "Tên · name", ""), rows, numbers_from=9)

    desk.tell({"holders": [_value(each) for each in found]}, show)


@commands.command()
@asks
def show(
    desk: Desk,
    holder: HolderName,
    recorded: Annotated[
        When | None,
        typer.Option("--recorded", parser=when, metavar="DATE", help="Theo sổ lúc nào · As recorded at a moment"),
    ] = None,
    reveal: Annotated[
        bool, typer.Option("--reveal", help="Hiện giá trị cá nhân; phải nêu --purpose · Show personal values")
    ] = False,
    purpose: Annotated[
        str | None,
        typer.Option("--purpose", metavar="TEXT", help="Mục đích xem, được ghi lại · What for; written down"),
    ] = None,
) -> None:
    """Một chủ thể: tên qua thời gian, số định danh, đầu mối, tài nguyên đang giữ · One holder, and what it holds."""
    from api.commands.ledger_shown import grant_lines, grant_value

    if reveal and not (purpose or "").strip():
        raise PurposeMissing(path=desk.home.reads)
    found = desk.ledger.holder(_id(desk, holder), recorded=recorded)
    held = [grant for grant in desk.ledger.of_holder(found.holder_id) if grant.state.occupies]
    value = _value(found) | {"grants": [grant_value(desk.ledger, grant) for grant in held]}
    if reveal:
        desk.note_read(found.holder_id, str(purpose))
        value["personal"] = {
            contact_id or "holder": desk.ledger.personal(found.holder_id, contact_id)
            for contact_id in ("", *(contact.contact_id for contact in found.contacts))
        }

    def show_one(screen: "Console") -> None:
        def line(text: str) -> None:
            screen.print(text, soft_wrap=True, markup=False)

        line(f"{found.name or found.holder_id}  {_KINDS[found.kind.value]}, {_STANDINGS[found.standing.value]}")
        line(f"  {found.holder_id} {found.handle}")
        for each in value["names"]:
            line(f"  {each['start_at'][:10]} – {(each['stop_at'] or '')[:10]:10}  {each['name']}")
        for scheme, number in found.identifiers:
            line(f"  {scheme}: {number}")
        for contact in value["contacts"]:
            roles = ", ".join(contact["roles"])
            line(f"  {contact['contact_id']} ({roles}): xác nhận trước · validate before {contact['due_at'][:10]}")
        for place, fields in value.get("personal", {}).items():
            line(f"  {place}: {', '.join(f'{name} {text}' for name, text in fields.items())}")
        for grant in held:
            for text in grant_lines(desk.ledger, grant):
                line(f"  {text}")

    desk.tell(value, show_one)


def _value(holder: "Holder") -> dict[str, Any]:
    from api.commands.ledger_shown import moment_text

    return {
        "holder_id": holder.holder_id,
        "kind": holder.kind.value,
        "standing": holder.standing.value,
        "handle": holder.handle,
        "name": holder.name,
        "names": [
            {
                "name": each.text,
                "start_at": moment_text(each.legal_start_us),
                "stop_at": moment_text(each.legal_stop_us) or None,
            }
            for each in holder.names
        ],
        "identifiers": [{"scheme": scheme, "value": value} for scheme, value in holder.identifiers],
        "contacts": [
            {
                "contact_id": each.contact_id,
                "roles": list(each.roles),
                "fields": sorted(each.commitments),
                "validated_at": moment_text(each.validated_us) if each.validated_us else None,
                "due_at": moment_text(each.due_us),
            }
            for each in holder.contacts
        ],
        "successor_id": holder.successor_id or None,
    }


def _id(desk: Desk, text: str) -> str:
    from api.commands.ledger_resources import holder_id_of

    return holder_id_of(desk.ledger, text)


def _identifier(text: str) -> tuple[str, str]:
    scheme, colon, value = text.partition(":")
    if not (scheme and colon and value):
        raise OptionFaulty(option="SCHEME:VALUE", value=text, detail="write the scheme, a colon and the value")
    return scheme, value


def _personal(path: Path | None) -> dict[str, str]:
    """Read personal values; they come in a file, since a command line stands in histories and lists of processes."""
    if path is None:
        return {}
    try:
        read = json.loads(sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        raise OptionFaulty(option="--personal", value=path, detail="it is no JSON document in UTF-8") from fault
    if not (isinstance(read, dict) and all(isinstance(value, str) for value in read.values())):
        raise OptionFaulty(option="--personal", value=path, detail="it is no object of texts by field")
    return read


def _due(due: When | None) -> datetime.datetime:
    return moment_of(due or today() + datetime.timedelta(days=CONTACT_DAYS))

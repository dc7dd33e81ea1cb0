"""Options of the commands that ask or change a ledger, and how their text becomes a value."""

import datetime
from typing import Annotated, Final

import typer

from api.commands.options import day

_VIETNAM: Final = datetime.timezone(datetime.timedelta(hours=7))
When = datetime.date
"""A day, or as its subclass `datetime` a moment."""


def when(text: str) -> When:
    """Read a day, or a moment with its offset: 2026-03-01, 2026-03-01T09:30+07:00."""
    if "T" not in text:
        return day(text)
    try:
        moment = datetime.datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(
            f"{text!r}: viết 2026-03-01 hoặc 2026-03-01T09:30+07:00 · write 2026-03-01 or 2026-03-01T09:30+07:00"
        ) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=_VIETNAM)


def moment_of(value: When) -> datetime.datetime:
    """Give the moment at which a change takes effect: a day means its beginning in Viet Nam."""
    if isinstance(value, datetime.datetime):
        return value
    return datetime.datetime.combine(value, datetime.time(), _VIETNAM)


def today() -> datetime.date:
    """Give the day that it is in Viet Nam, whose days the register counts wherever the machine stands."""
    return datetime.datetime.now(_VIETNAM).date()


def day_of(value: When | None) -> datetime.date:
    """Give the day in Viet Nam that a moment lies in; today where there is none."""
    if isinstance(value, datetime.datetime):
        return value.astimezone(_VIETNAM).date()
    return value or today()


Db = Annotated[
    str | None,
    typer.Option(
        "--db",
        metavar="URL",
        help="Cơ sở dữ liệu: tệp SQLite hoặc postgresql://...; mặc định SOGOC_DB, rồi ledger.db · "
        "Database: a SQLite file or postgresql://...; by default SOGOC_DB, then ledger.db",
    ),
]
Reason = Annotated[
    str | None, typer.Option("--reason", metavar="TEXT", help="Lý do, được ghi vào sổ · Why; it stands in the entry")
]
Instrument = Annotated[
    str | None,
    typer.Option(
        "--instrument", metavar="TEXT", help="Quyết định hoặc văn bản làm căn cứ · Decision or law it rests on"
    ),
]
Dossier = Annotated[str | None, typer.Option("--dossier", metavar="ID", help="Số hồ sơ · Number of the file")]
Actor = Annotated[
    str | None,
    typer.Option(
        "--actor", metavar="ID", help="Mã cán bộ thao tác, mặc định tài khoản máy · Officer, the system user by default"
    ),
]
Behalf = Annotated[
    str | None, typer.Option("--on-behalf-of", metavar="ID", help="Thay mặt ai · For whom the officer acts")
]
Approver = Annotated[
    list[str] | None,
    typer.Option("--approver", metavar="ID", help="Cán bộ phê duyệt, có thể nhiều · Approving officer, repeatable"),
]
Effective = Annotated[
    When | None,
    typer.Option(
        "--effective",
        parser=when,
        metavar="DATE",
        help="Ngày hiệu lực theo luật, mặc định bây giờ · When it takes effect by law, now by default",
    ),
]
Key = Annotated[
    str | None,
    typer.Option(
        "--key",
        metavar="TEXT",
        help="Khóa chống lặp: gửi lại cùng khóa thì không làm hai lần · Idempotency key: sent again, it is done once",
    ),
]
DryRun = Annotated[
    bool,
    typer.Option(
        "--dry-run", help="Kiểm tra trọn vẹn rồi bỏ, không ghi gì · Decide and check everything, write nothing"
    ),
]
GrantName = Annotated[
    str,
    typer.Argument(
        metavar="GRANT", help="Mã quyền sử dụng, hoặc đúng khối hay số đã cấp · Name of a grant, or its block"
    ),
]
Legal = Annotated[
    When | None,
    typer.Option(
        "--legal",
        parser=when,
        metavar="DATE",
        help="Thời điểm theo luật, mặc định bây giờ · The moment asked about by law, now by default",
    ),
]
Recorded = Annotated[
    When | None,
    typer.Option(
        "--recorded",
        parser=when,
        metavar="DATE",
        help="Theo sổ như đã ghi lúc nào, mặc định bây giờ · As it was recorded at a moment, now by default",
    ),
]

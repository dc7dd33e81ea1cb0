"""Commands about one grant, whatever it is of: `ip` and `asn` have them all."""

import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.commands import ledger_reshaping
from api.commands.ledger_desk import Desk, asks, changes
from api.commands.ledger_options import GrantName, Legal, Recorded, When, moment_of, today, when
from api.errors import OptionFaulty

if TYPE_CHECKING:
    from rich.console import Console

    from registries.ledger.grants import Grant

QuarantineDays = Annotated[
    int | None,
    typer.Option("--quarantine", min=1, metavar="DAYS", help="Cách ly bao nhiêu ngày · Days kept in quarantine"),
]


@changes
def transfer(
    desk: Desk,
    grant: GrantName,
    holder: Annotated[str, typer.Argument(metavar="HOLDER", help="Chủ thể nhận · Holder who receives it")],
) -> None:
    """Chuyển quyền sử dụng cho chủ thể khác · Pass a grant to another holder."""
    from api.commands.ledger_resources import grant_of, holder_id_of
    from registries.ledger import Transfer

    found = grant_of(desk.ledger, grant)
    desk.execute(Transfer(grant_id=found.grant_id, holder_id=holder_id_of(desk.ledger, holder)))


@changes
def give_back(desk: Desk, grant: GrantName, quarantine: QuarantineDays = None) -> None:
    """Ghi nhận chủ thể trả lại · Record that the holder gives a grant back."""
    from api.commands.ledger_resources import grant_of
    from registries.ledger import Return

    found = grant_of(desk.ledger, grant)
    until = _quarantined(desk, quarantine)
    desk.execute(Return(grant_id=found.grant_id, reason=desk.reason or "", quarantine_until=until))


@changes
def revoke(desk: Desk, grant: GrantName, quarantine: QuarantineDays = None) -> None:
    """Thu hồi, phải có căn cứ · Revoke a grant; it needs an instrument."""
    from api.commands.ledger_resources import grant_of
    from registries.ledger import Revoke

    desk.needs("--instrument", desk.instrument, "thu hồi phải có quyết định · a revocation rests on a decision")
    found = grant_of(desk.ledger, grant)
    until = _quarantined(desk, quarantine)
    desk.execute(Revoke(grant_id=found.grant_id, reason=desk.why(), quarantine_until=until))


@changes
def suspend(desk: Desk, grant: GrantName) -> None:
    """Tạm ngừng: giữ chỗ nhưng không cấp tiếp · Suspend a grant: it keeps its space and gives nothing out."""
    from api.commands.ledger_resources import grant_of
    from registries.ledger import Suspend

    desk.execute(Suspend(grant_id=grant_of(desk.ledger, grant).grant_id, reason=desk.why()))


@changes
def resume(desk: Desk, grant: GrantName) -> None:
    """Bỏ tạm ngừng · Lift the suspension of a grant."""
    from api.commands.ledger_resources import grant_of
    from registries.ledger import Resume

    desk.execute(Resume(grant_id=grant_of(desk.ledger, grant).grant_id, reason=desk.reason or ""))


@changes
def renew(
    desk: Desk,
    grant: GrantName,
    until: Annotated[
        When | None, typer.Option("--until", parser=when, metavar="DATE", help="Thời hạn mới · The new end of the term")
    ] = None,
    is_open: Annotated[bool, typer.Option("--open", help="Không thời hạn · Without a term")] = False,
) -> None:
    """Gia hạn · Move the end of a term, or make it open."""
    from api.commands.ledger_resources import grant_of
    from registries.ledger import Renew

    if (until is None) is not is_open:
        detail = "gia hạn đến ngày nào, hoặc --open, một trong hai · give --until or --open, one of the two"
        raise OptionFaulty(option="--until", value="" if until is None else str(until), detail=detail)
    stop_at = None if until is None else moment_of(until)
    desk.execute(Renew(grant_id=grant_of(desk.ledger, grant).grant_id, stop_at=stop_at))


@changes
def correct(
    desk: Desk,
    grant: GrantName,
    void: Annotated[bool, typer.Option("--void", help="Chưa từng có quyền này · The grant never was")] = False,
    holder: Annotated[
        str | None, typer.Option("--holder", metavar="HOLDER", help="Chủ thể đúng · The right holder")
    ] = None,
    no_holder: Annotated[
        bool, typer.Option("--no-holder", help="Thực ra chưa ghi nhận chủ thể · No holder is recorded")
    ] = False,
    since: Annotated[
        When | None,
        typer.Option("--since", parser=when, metavar="DATE", help="Chủ thể ấy từ khi nào · That holder since when"),
    ] = None,
    until: Annotated[
        When | None,
        typer.Option("--until", parser=when, metavar="DATE", help="Đến trước khi nào · That holder until before when"),
    ] = None,
    start: Annotated[
        When | None,
        typer.Option(
            "--start", parser=when, metavar="DATE", help="Ngày bắt đầu đúng · The right beginning of the grant"
        ),
    ] = None,
    block: Annotated[
        list[str] | None,
        typer.Option("--block", metavar="RESOURCE", help="Khối, số đúng, có thể nhiều · The right blocks, repeatable"),
    ] = None,
) -> None:
    """Đính chính điều ghi sai: ngày theo luật giữ nguyên, cần người thứ hai (--approver) · Correct what was recorded.

    Hỏi theo sổ trước lúc đính chính vẫn thấy điều cũ · Asked as of a record time before, the old belief is told.
    """
    from api.commands.ledger_resources import box_of, grant_of, holder_id_of
    from registries.ledger import UNCHANGED, Correct

    if holder and no_holder:
        raise OptionFaulty(option="--no-holder", value="", detail="--holder names one; give one of the two")
    found = grant_of(desk.ledger, grant)
    right = UNCHANGED if not holder and not no_holder else holder_id_of(desk.ledger, holder) if holder else None
    command = Correct(
        grant_id=found.grant_id,
        reason=desk.why(),
        void=void,
        boxes=tuple(box_of(found.space_name, text) for text in block or ()),
        holder_id=right,
        since_at=None if since is None else moment_of(since),
        until_at=None if until is None else moment_of(until),
        start_at=None if start is None else moment_of(start),
    )
    desk.execute(command)


@asks
def show(
    desk: Desk,
    resource: Annotated[
        str,
        typer.Argument(metavar="RESOURCE", help="Khối, địa chỉ, số hiệu mạng hoặc mã quyền · Block, number or grant"),
    ],
    legal: Legal = None,
    recorded: Recorded = None,
) -> None:
    """Ai giữ một tài nguyên, từ khi nào, theo quyền gì; mọi lần đổi · Who holds it, since when, by what right."""
    from api.commands.ledger_resources import resource_of
    from api.commands.ledger_shown import HISTORY, holding_lines, holding_values
    from registries.ledger.errors import GrantUnknown

    asked = {"resource": resource, "legal": legal and str(legal), "recorded": recorded and str(recorded)}
    try:
        grant = desk.ledger.grant(resource, recorded=recorded)
    except GrantUnknown:
        of, box = resource_of(resource)
    else:
        _show_grant(desk, grant, asked)
        return
    holdings = desk.ledger.as_of(of, box, legal=legal, recorded=recorded)
    found = [one for one in holding_values(desk.ledger, holdings) if one["level"] != HISTORY]

    def show_all(screen: "Console") -> None:
        for line in holding_lines(found):
            screen.print(line, soft_wrap=True, markup=False)
        if not found:
            screen.print(f"{resource}: không ai giữ · held by nobody", markup=False)

    desk.tell(asked | {"holdings": found}, show_all)


def _show_grant(desk: Desk, grant: "Grant", asked: dict[str, Any]) -> None:
    from api.commands.ledger_shown import STATES, grant_lines, grant_value, holder_text, moment_text

    events = desk.ledger.history(grant.grant_id)
    tenures = [
        {
            "state": tenure.state.value,
            "holder_id": tenure.holder_id,
            "holder": holder_text(desk.ledger, tenure.holder_id),
            "start_at": moment_text(tenure.legal_start_us),
            "stop_at": moment_text(tenure.legal_stop_us) or None,
        }
        for tenure in grant.tenures
    ]
    told = [
        {
            "version": each.version,
            "event": each.kind,
            "command": each.command,
            "entry_id": each.entry_id,
            "legal_at": each.legal_at.isoformat(),
            "recorded_at": each.recorded_at.isoformat(),
        }
        for each in events
    ]

    def show_one(screen: "Console") -> None:
        for line in grant_lines(desk.ledger, grant):
            screen.print(line, soft_wrap=True, markup=False)
        for each in tenures:
            state = STATES[str(each["state"])]
            stop = str(each["stop_at"] or "")[:10]
            screen.print(
                f"  {str(each['start_at'])[:10]} – {stop:10}  {state}  {each['holder']}", soft_wrap=True, markup=False
            )
        for event in told:
            screen.print(
                f"  {event['version']}. {event['command']}  luật · law {str(event['legal_at'])[:10]}"
                f"  sổ · record {str(event['recorded_at'])[:19]}  {event['entry_id']}",
                soft_wrap=True,
                markup=False,
            )

    value = asked | {"grant": grant_value(desk.ledger, grant), "tenures": tenures, "events": told}
    desk.tell(value, show_one)


def _quarantined(desk: Desk, days: int | None) -> datetime.datetime | None:
    """Give the end of a quarantine: so many days after today, or after the day of effect where that is later."""
    if days is None:
        return None
    return moment_of(max(desk.on, today()) + datetime.timedelta(days=days))


def add_to(commands: typer.Typer) -> None:
    """Give a group of commands all of these."""
    ledger_reshaping.add_to(commands)
    for name, command in {
        "show": show,
        "transfer": transfer,
        "return": give_back,
        "revoke": revoke,
        "suspend": suspend,
        "resume": resume,
        "correct": correct,
        "renew": renew,
    }.items():
        commands.command(name)(command)

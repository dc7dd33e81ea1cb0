"""`sogoc log`: the evidence log brought on, checked as a whole, and proven entry by entry."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.commands.ledger_desk import Desk, asks
from api.commands.options import AsJson
from api.commands.terminal import tell
from api.errors import OptionFaulty
from api.ledger_home import sequence
from api.problems import DONE, UNBALANCED

if TYPE_CHECKING:
    from rich.console import Console

    from registries.ledger.evidence import Verifier

commands = typer.Typer(
    rich_markup_mode=None,
    no_args_is_help=True,
    help="Nhật ký bằng chứng: ký, kiểm tra, chứng minh · Evidence log: sign, verify, prove",
)

KeyFile = Annotated[
    Path | None,
    typer.Option(
        "--public-key", metavar="FILE", help="Khóa kiểm tra, mặc định của sổ · Verifier key, the ledger's own"
    ),
]


@commands.command()
@asks
def checkpoint(
    desk: Desk,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Ghi ra tệp để giữ bên ngoài · File to keep elsewhere")
    ] = None,
) -> None:
    """Đưa mọi mục đã ghi vào nhật ký, ký, và in điểm kiểm · Sign all that was committed, and print the checkpoint."""
    from registries.ledger.evidence import LogFolder
    from registries.store.outbox import StoreOutbox

    step = sequence(desk.ledger, desk.home)
    note = LogFolder(desk.home.evidence).checkpoint_note() if step is None else step.checkpoint
    if out is not None:
        _write(out, note)
    value = {
        "checkpoint": note,
        "added": 0 if step is None else step.count,
        "signed": desk.home.signed_size(),
        "waiting": StoreOutbox(desk.ledger.store).waiting(),
        "busy": step is None,
        "file": None if out is None else str(out),
    }

    def show(screen: "Console") -> None:
        screen.print(note.rstrip("\n"), soft_wrap=True, markup=False)
        if step is None:
            screen.print("tiến trình khác đang ký · another process is signing")

    desk.tell(value, show)


@commands.command()
@asks
def verify(
    desk: Desk,
    held: Annotated[
        list[Path] | None,
        typer.Option(
            "--held", metavar="FILE", help="Điểm kiểm giữ bên ngoài, có thể nhiều · Checkpoint kept elsewhere"
        ),
    ] = None,
    public_key: KeyFile = None,
    hashes_only: Annotated[
        bool, typer.Option("--hashes-only", help="Chỉ ngói băm, không đọc mục · Hash tiles alone, no entries")
    ] = False,
) -> int:
    """Kiểm tra toàn bộ nhật ký, so với điểm kiểm bên ngoài và với cơ sở dữ liệu · Check the whole log, and the store.

    Không có điểm kiểm bên ngoài thì không thấy được nhật ký bị cắt · Without one, a truncation cannot be seen.
    """
    from registries.ledger.evidence import compare_store, open_checkpoint, verify_log
    from registries.store.outbox import StoreOutbox

    verifiers = _verifiers(desk, public_key)
    kept = [open_checkpoint(_read(path), verifiers) for path in held or ()]
    found = verify_log(desk.home.evidence, verifiers, kept, entries=not hashes_only)
    faults = list(found.faults)
    compared = 0
    if found.is_whole:
        store = compare_store(StoreOutbox(desk.ledger.store), desk.home.evidence, desk.home.checkpoint())
        faults += store.faults
        compared = store.checked
    value = {
        "log": found.origin,
        "entries": found.size,
        "checked": found.checked,
        "entries_read": found.entries_read,
        "compared_with_store": compared,
        "held": len(found.held),
        "whole": not faults,
        "faults": [
            {
                "kind": each.kind.value,
                "place": each.place,
                "first": each.first,
                "stop": each.stop,
                "vi": each.vi,
                "en": each.en,
            }
            for each in faults
        ],
    }

    def show(screen: "Console") -> None:
        state = "nguyên vẹn · whole" if not faults else f"{len(faults):,} lỗi · faults"
        screen.print(f"{found.origin}: {found.size:,} mục · entries, {state}", soft_wrap=True, markup=False)
        if not kept:
            screen.print("không có điểm kiểm bên ngoài để so · no checkpoint held outside was given")
        for each in faults[:20]:
            screen.print(f"  {each.place}: {each}", soft_wrap=True, markup=False)

    desk.tell(value, show)
    return UNBALANCED if faults else DONE


@commands.command()
@asks
def prove(
    desk: Desk,
    entry: Annotated[str, typer.Argument(metavar="ENTRY", help="Mã mục, như trong biên nhận · Name of an entry")],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Tệp biên nhận · File of the receipt")
    ] = None,
) -> None:
    """Biên nhận của một mục: bằng chứng nằm trong nhật ký đã ký · Receipt of an entry: proof under the checkpoint."""
    from registries.ledger.evidence import Receipt
    from registries.ledger.evidence.errors import ProofUnavailable
    from registries.store.outbox import StoreOutbox

    outbox = StoreOutbox(desk.ledger.store)
    sequence(desk.ledger, desk.home)
    position = outbox.position_of(entry)
    if position is None:
        raise ProofUnavailable(what=f"entry {entry}", size=desk.home.signed_size())
    row = outbox.positioned(position, 1)[0]
    verifiers = desk.home.verifiers()
    receipt = Receipt(desk.home.checkpoint().origin, entry, row.leaf_hash)
    receipt = receipt.completed(desk.home.evidence, position, verifiers)
    text = str(receipt)
    if out is not None:
        _write(out, text)
    value = receipt.as_dict() | {"position": position, "file": None if out is None else str(out)}
    desk.tell(value, lambda screen: screen.print(text.rstrip("\n"), soft_wrap=True, markup=False))


@commands.command("check-receipt")
def check_receipt(
    path: Annotated[Path, typer.Argument(metavar="RECEIPT", help="Tệp biên nhận · File of a receipt")],
    public_key: Annotated[
        Path, typer.Option("--public-key", metavar="FILE", help="Khóa kiểm tra của sổ · Verifier key of the ledger")
    ],
    as_json: AsJson = False,
) -> None:
    """Kiểm tra một biên nhận, không cần sổ · Check a receipt, without the ledger."""
    from registries.ledger.evidence import Receipt, read_verifier_key

    receipt = Receipt.parse(_read(path))
    signed = receipt.check([read_verifier_key(public_key)])
    value: dict[str, Any] = {"entry_id": receipt.entry_id, "log": signed.origin, "entries": signed.size, "holds": True}

    def show(screen: "Console") -> None:
        said = f"{receipt.entry_id}: nằm trong {signed.size:,} mục đã ký · is among {signed.size:,} signed entries"
        screen.print(f"{said} ({signed.origin})", soft_wrap=True, markup=False)

    tell(value, show, as_json=as_json)


def _verifiers(desk: Desk, public_key: Path | None) -> "list[Verifier]":
    from registries.ledger.evidence import read_verifier_key

    return desk.home.verifiers() if public_key is None else [read_verifier_key(public_key)]


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise OptionFaulty(option="FILE", value=path, detail="it cannot be read as text") from fault


def _write(path: Path, text: str) -> None:
    draft = path.with_name(f".{path.name}.part")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)

"""`sogoc explain`: why one number of a run has its verdict, in words."""

import getpass
import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.options import AsJson, announce_kernels
from api.commands.runs import finished_run
from api.commands.summary import LINKS, ROLL_UPS, TIERS
from api.commands.terminal import draw_table, tell
from api.errors import PurposeMissing

if TYPE_CHECKING:
    from rich.console import Console

    from engine.explain import CandidateEvidence, Explanation

READS = "reads.jsonl"
"""Where a run keeps who looked at values of persons, when and what for."""


def explain(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="Thư mục lượt đối soát · Folder of the run")],
    msisdn: Annotated[str, typer.Argument(metavar="MSISDN", help="Số thuê bao, dạng nào cũng được · Number, any form")],
    index: Annotated[
        Path | None,
        typer.Option("--index", metavar="DIR", help="Chỉ mục, nếu đã chuyển chỗ · The index, if it was moved"),
    ] = None,
    reveal: Annotated[
        bool,
        typer.Option("--reveal", help="Hiện giá trị thật; phải nêu --purpose · Show values in plain; needs --purpose"),
    ] = False,
    purpose: Annotated[
        str | None,
        typer.Option("--purpose", metavar="TEXT", help="Mục đích, được ghi lại · What for; it is written down"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Giải thích kết quả của một số thuê bao · Explain the verdict of one number: candidates, fields, weights."""
    folder = finished_run(run)
    if reveal and not (purpose or "").strip():
        raise PurposeMissing(path=folder / READS)
    announce_kernels()
    from engine.explain import explain as engine_explain

    found = engine_explain(folder, msisdn, index=index, reveal=reveal)
    if reveal:
        _note_read(folder, found, str(purpose))

    def show(screen: "Console") -> None:
        for each in found:
            _show(screen, each)

    tell({"run": str(run), "records": [asdict(each) for each in found]}, show, as_json=as_json)


def _note_read(run: Path, found: tuple["Explanation", ...], purpose: str) -> None:
    """Write down who saw plain values: one line a record, without any value."""
    path = run / READS
    path.touch(mode=0o600)
    with path.open("a", encoding="utf-8") as file:
        for each in found:
            line = {
                "at": datetime.now(UTC).isoformat(timespec="seconds"),
                "user": getpass.getuser(),
                "batch": each.batch,
                "row": each.row,
                "purpose": purpose,
            }
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


def _show(screen: "Console", record: "Explanation") -> None:
    screen.print(
        f"[bold]{record.msisdn}[/bold]  {record.carrier}  {record.batch}, dòng · row {record.row:,}", soft_wrap=True
    )
    screen.print(f"Kết quả · verdict: [bold]{ROLL_UPS[record.roll_up]}[/bold]  ({record.rules})", soft_wrap=True)
    for code in record.codes:
        screen.print(f"  {code.code}: {code.vi} · {code.en}", soft_wrap=True)
    deciding = record.codes[0]
    screen.print(f"  Vì sao · why: {deciding.reason_vi} · {deciding.reason_en}", soft_wrap=True)
    screen.print(
        f"Người · person: {record.person_id or '-'}  {LINKS[record.link_status]}, {record.probability:.6f}"
        f" (ngưỡng · threshold {record.link_threshold:g}); {TIERS[record.tier]}",
        soft_wrap=True,
    )
    if record.settled:
        screen.print(
            "Người giữ số giấy tờ khớp rõ nên không cần tìm thêm"
            " · The holder of the number agrees so well that no search was made",
            soft_wrap=True,
        )
    for place, candidate in enumerate(record.candidates, 1):
        _show_candidate(screen, place, candidate)
    if record.candidates:
        screen.print(
            f"Trước khi so · before any field: {record.prior_bits:+.1f} bit;"
            f" không ai trong số này · none of these: {record.none_probability:.6f}",
            soft_wrap=True,
        )
    else:
        screen.print("Không tìm thấy ứng viên nào · no candidate was found")
    screen.print()


def _show_candidate(screen: "Console", place: int, candidate: "CandidateEvidence") -> None:
    from engine.explain.words import FIELDS

    title = (
        f"Ứng viên · candidate {place}: {candidate.person_id}, {candidate.probability:.6f}, {candidate.bits:+.1f} bit"
        f"{', ' + candidate.status if candidate.status else ''}"
    )
    rows = [
        (
            f"{FIELDS[field.field][0]} · {FIELDS[field.field][1]}",
            field.record,
            field.register,
            f"{field.vi} · {field.en}",
            f"{field.bits:+.1f}",
        )
        for field in candidate.fields
    ]
    headings = ("Trường · field", "Lô · batch", "Sổ · register", "So sánh · agreement", "bit")
    draw_table(screen, title, headings, rows, numbers_from=4)

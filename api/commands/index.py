"""`sogoc index`: the identity index built from a register, brought up to date, described and checked."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.commands.options import AsJson, AsOf, ProfileFile, Threads, announce_kernels, today
from api.commands.progress import Meter
from api.commands.terminal import draw_table, tell

if TYPE_CHECKING:
    from rich.console import Console

    from engine.identity.index import IdentityIndex

commands = typer.Typer(
    rich_markup_mode=None,
    no_args_is_help=True,
    help="Chỉ mục danh tính: dựng, cập nhật, xem, kiểm tra · Identity index: build, update, describe, verify",
)

IndexFolder = Annotated[Path, typer.Argument(metavar="INDEX", help="Thư mục chỉ mục · Folder of the index")]


@commands.command()
def build(
    register: Annotated[Path, typer.Argument(metavar="REGISTER", help="Tệp sổ danh tính · File of the register")],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Thư mục chỉ mục mới · Folder of the new index")],
    as_of: AsOf = None,
    profile: ProfileFile = None,
    threads: Threads = None,
    as_json: AsJson = False,
) -> None:
    """Dựng chỉ mục từ sổ danh tính · Build the index of a register."""
    announce_kernels()
    from engine.identity.store import build_index
    from engine.pipeline import default_workers
    from engine.sources import load_profile

    with Meter(whole="index") as meter:
        index = build_index(
            register,
            out,
            as_of=as_of or today(),
            profile=load_profile(profile) if profile else None,
            threads=threads or default_workers(),
            progress=meter.rows,
        )
    _describe(index, out, as_json=as_json)


@commands.command()
def update(
    folder: IndexFolder,
    delta: Annotated[
        Path,
        typer.Argument(metavar="DELTA", help="Tệp biến động: người mới, sửa, mất, cấp lại · File of changed persons"),
    ],
    as_of: AsOf = None,
    profile: ProfileFile = None,
    threads: Threads = None,
    as_json: AsJson = False,
) -> None:
    """Thêm biến động của sổ vào chỉ mục · Add changes of the register to the index."""
    announce_kernels()
    from engine.identity.store import update_index
    from engine.pipeline import default_workers
    from engine.sources import load_profile

    with Meter(whole="index") as meter:
        index = update_index(
            folder,
            delta,
            as_of=as_of or today(),
            profile=load_profile(profile) if profile else None,
            threads=threads or default_workers(),
            progress=meter.rows,
        )
    _describe(index, folder, as_json=as_json)


@commands.command()
def info(folder: IndexFolder, as_json: AsJson = False) -> None:
    """Cho biết chỉ mục có gì · Tell what an index holds."""
    from engine.identity.store import open_index

    _describe(open_index(folder), folder, as_json=as_json)


@commands.command()
def verify(folder: IndexFolder, as_json: AsJson = False) -> None:
    """So từng tệp của chỉ mục với mã băm trong bản kê · Check every file of an index against its digest."""
    from engine.identity.store import open_index, verify_index

    index = open_index(folder)
    verify_index(folder)
    value = {"index": str(folder), "whole": True, "content": index.content}
    tell(value, lambda screen: screen.print(f"{folder}: nguyên vẹn · whole, {index.content}"), as_json=as_json)


def _describe(index: "IdentityIndex", folder: Path, *, as_json: bool) -> None:
    manifest = index.manifest
    value: dict[str, Any] = {
        "index": str(folder),
        "persons": index.persons,
        "segments": len(index.segments),
        "content": index.content,
        "hot_bytes_per_person": round(index.hot_bytes_per_person(), 1),
        "bytes": sum(each.stat().st_size for each in folder.rglob("*") if each.is_file()),
        "sources": manifest["sources"],
        "noticed": manifest["noticed"],
    }

    def show(screen: "Console") -> None:
        rows: list[tuple[str, object]] = [
            ("Số người · persons", value["persons"]),
            ("Số phân đoạn · segments", value["segments"]),
            ("Byte nóng mỗi người · hot bytes a person", value["hot_bytes_per_person"]),
            ("Byte trên đĩa · bytes on disk", value["bytes"]),
            *((f"Ghi nhận · noticed: {what}", count) for what, count in value["noticed"].items()),
        ]
        draw_table(screen, f"Chỉ mục danh tính · Identity index {folder}", ("", ""), rows)
        for source in value["sources"]:
            screen.print(f"Nguồn · source: {source['name']}  {source['framed']:,}  sha256 {source['sha256']}")
        screen.print(f"Mã nội dung · content: {index.content}", soft_wrap=True)

    tell(value, show, as_json=as_json)

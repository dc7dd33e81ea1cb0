"""The command line `sogoc`: its commands, and the one place where an error becomes a line and an exit code.

Modules of the engine are imported inside commands: `sogoc --help` must answer at once.
"""

import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

import typer
from typer.exceptions import TyperException

from api.commands import (
    asn,
    batch,
    demo,
    explain,
    fee,
    generate,
    holder,
    index,
    ip,
    ledger,
    linkage,
    log,
    propagation,
    reconcile,
    report,
    serve,
    spectrum,
    values,
)
from api.commands.terminal import as_document, masked_text, one_line, say
from api.problems import DEFECT, EXIT_CODES, INTERRUPTED, USAGE, problem_of

TRACEBACK = "SOGOC_TRACEBACK"
"""Set to 1, a defect is printed with its traceback; its message may then hold values of a record."""

_INTERRUPTED = "sogoc: bị ngắt giữa chừng; --resume làm tiếp · interrupted; --resume goes on"
_CODES = "; ".join(f"{code} {vi} · {en}" for code, (vi, en) in EXIT_CODES.items())

app = typer.Typer(
    name="sogoc",
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Sổ Gốc: đối soát thuê bao di động với sổ danh tính · Reconcile mobile subscribers with the identity register",
    epilog=f"Mã thoát · exit codes: {_CODES}",
)
app.command("demo", short_help="Chạy thử với dữ liệu giả · run all of it once")(demo.demo)
app.add_typer(batch.commands, name="batch", short_help="Kiểm tra lô trước khi gửi · check a batch")
app.command("generate", short_help="Sinh dữ liệu giả có đáp án · generate data with truth")(generate.generate)
app.add_typer(index.commands, name="index", short_help="Chỉ mục danh tính · identity index")
app.command("reconcile", short_help="Đối soát các lô · reconcile batches")(reconcile.reconcile)
app.command("report", short_help="Lập báo cáo của một lượt · report of a run")(report.report)
app.command("explain", short_help="Giải thích kết quả một số · explain one number")(explain.explain)
app.command("link", short_help="Ghép hai bảng bất kỳ · link any two tables")(linkage.link)
app.command("dedupe", short_help="Tìm dòng trùng của một bảng · duplicates of a table")(linkage.dedupe)
app.command("check-id", short_help="Kiểm tra một số giấy tờ · check an ID number")(values.check_id)
app.command("check-name", short_help="Sửa, tách một họ tên · repair, parse a name")(values.check_name)
app.add_typer(ledger.commands, name="ledger", short_help="Sổ cái: lập, xem, hỏi · the ledger of registers")
app.add_typer(ip.commands, name="ip", short_help="Địa chỉ IPv4, IPv6 · IPv4 and IPv6 addresses")
app.add_typer(asn.commands, name="asn", short_help="Số hiệu mạng · AS numbers")
app.add_typer(holder.commands, name="holder", short_help="Chủ thể, đầu mối · holders and contacts")
app.add_typer(fee.commands, name="fee", short_help="Phí, lệ phí · fees and charges")
app.add_typer(log.commands, name="log", short_help="Nhật ký bằng chứng · the evidence log")
app.command("serve", short_help="Mở RDAP, REST, WHOIS · serve RDAP, REST, WHOIS")(serve.serve)
app.add_typer(spectrum.commands, name="spectrum", short_help="Tần số vô tuyến điện · radio frequencies")
app.add_typer(propagation.commands, name="propagation", short_help="Mô hình truyền sóng · propagation models")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code (api.problems); an error is one line on stderr, masked.

    With --json the error is a JSON document on stdout besides, in the form of RFC 9457.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        code = app(args=given, prog_name="sogoc", standalone_mode=False)
    except TyperException as error:
        return _usage(error, given)
    except typer.Abort:
        code = INTERRUPTED
    except BrokenPipeError:
        # Whoever read the answer has gone (head, less): nothing more to say, and nothing to flush at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        return _fail(error, as_json="--json" in given)
    if code == INTERRUPTED:
        say(_INTERRUPTED)
    return code if isinstance(code, int) else 0


def _usage(error: TyperException, given: Sequence[str]) -> int:
    """Say what is wrong with the command line in one line, and where help is; bare `sogoc` shows its help."""
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "sogoc"
    text = one_line(error.format_message())
    if type(error).__name__ == "NoArgsIsHelpError":
        say(error.format_message())
        return USAGE
    say(masked_text(f"sogoc: {text} · xem · see: {path} --help"))
    if "--json" in given:
        problem = {"type": "usage", "status": 400, "title_vi": "Không hiểu dòng lệnh", "title": "Usage", "detail": text}
        sys.stdout.write(as_document({"problem": problem, "exit_code": USAGE}))
    return USAGE


def _fail(error: Exception, *, as_json: bool) -> int:
    problem = problem_of(error)
    detail = masked_text(one_line(str(error)))
    if problem.exit_code == DEFECT and problem.code == "defect":
        # The message of a foreign exception may hold a value; where it arose says enough to report it.
        detail = f"{type(error).__name__}, {_place(error)}; {TRACEBACK}=1 để xem chi tiết · shows more"
        if os.environ.get(TRACEBACK) == "1":
            traceback.print_exception(error)
    say(f"sogoc: {problem.vi} · {problem.en}: {detail} [{problem.code}]")
    if as_json:
        document = {
            "type": problem.code,
            "status": problem.http_status,
            "title_vi": problem.vi,
            "title": problem.en,
            "detail": detail,
        }
        sys.stdout.write(as_document({"problem": document, "exit_code": problem.exit_code}))
        sys.stdout.flush()
    return problem.exit_code


def _place(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"


def run() -> None:
    """Run the command line and leave with its exit code."""
    sys.exit(main())

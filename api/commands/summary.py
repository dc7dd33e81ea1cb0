"""The account of a run as a few tables on the terminal, read from its manifest alone."""

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from api.commands.terminal import draw_table

if TYPE_CHECKING:
    from rich.console import Console

ROLL_UPS = {
    "correct": "Đúng · correct",
    "wrong": "Sai · wrong",
    "not_verifiable": "Chưa xác minh được · not verifiable",
    "missing_id": "Thiếu/sai số giấy tờ · missing ID",
}
TIERS = {
    "id": "Theo số giấy tờ · by number",
    "alias": "Theo số khác của cùng người · by another number",
    "search": "Tìm theo họ tên, ngày sinh · by search",
    "none": "Không tìm thấy ai · nobody",
}
LINKS = {"identified": "xác định · identified", "ambiguous": "nhiều khả năng · ambiguous", "none": "không có · none"}
MOST_REASONS = 8


def show_run(screen: "Console", manifest: Mapping[str, Any]) -> None:
    """Draw what a run came to: by carrier, by reason, by the way a person was found, findings across records."""
    totals = manifest["totals"]
    _show_carriers(screen, manifest)
    _show_reasons(screen, totals["by_code"])
    tiers = [(TIERS.get(name, name), count) for name, count in totals["by_tier"].items()]
    draw_table(screen, "Cách tìm ra người · How the person was found", ("", "Bản ghi · records"), tiers)
    links = ", ".join(f"{LINKS.get(name, name)} {count:,}" for name, count in totals["by_link"].items())
    screen.print(f"Liên kết · link: {links}")
    kinds = manifest.get("findings", {}).get("by_kind", ())
    if kinds:
        rows = [(each["kind"], each["severity"], each["findings"]) for each in kinds]
        headings = ("Loại · kind", "Mức · severity", "Số · findings")
        draw_table(screen, "Phát hiện liên bản ghi · Findings across records", headings, rows, numbers_from=2)
    frozen = sum(each["frozen"] for each in manifest.get("carriers", {}).get("told", ()))
    if frozen:
        screen.print(f"Tạm dừng trả lời, chờ cán bộ xem · answers frozen for a person to look at: {frozen:,}")
    screen.print(
        f"Nhận · received {totals['records']:,} = trả lời · answered {totals['rows']:,}"
        f" + không đọc được · rejected {totals['rejects']:,}"
    )


def show_change(screen: "Console", before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Draw how the verdicts of two runs compare, by roll-up."""
    one, other = before["totals"]["by_roll_up"], after["totals"]["by_roll_up"]
    rows = [(words, one.get(name, 0), other.get(name, 0)) for name, words in ROLL_UPS.items()]
    headings = ("", f"{before['as_of']}", f"{after['as_of']}")
    draw_table(screen, "So với lượt trước · Compared with the previous run", headings, rows)


def _show_carriers(screen: "Console", manifest: Mapping[str, Any]) -> None:
    counts: dict[str, Counter[str]] = {}
    for batch in manifest["batches"]:
        own = counts.setdefault(batch["carrier"], Counter())
        own["records"] += batch["records"]
        own["rejects"] += batch["rejects"]
        for name, count in batch["by_code"].items():
            own[name.partition(" ")[0]] += count
    columns = ("records", *ROLL_UPS, "rejects")
    rows = [(carrier, *(own[column] for column in columns)) for carrier, own in sorted(counts.items())]
    rows.append(("Σ", *(sum(own[column] for own in counts.values()) for column in columns)))
    headings = ("Nhà mạng · carrier", "Nhận · received", *ROLL_UPS.values(), "Không đọc được · rejected")
    title = f"Kết quả đối soát · Verdicts, {manifest['rules']['name']}, {manifest['as_of']}"
    draw_table(screen, title, headings, rows)


def _show_reasons(screen: "Console", by_code: Mapping[str, int]) -> None:
    import data

    words = data.table("result_codes").by("code")
    largest = sorted(by_code.items(), key=lambda item: (-item[1], item[0]))
    rows = []
    for name, count in largest[:MOST_REASONS]:
        roll_up, _, code = name.partition(" ")
        row = words.get(code)
        meaning = f"{row['vietnamese']} · {row['english']}" if row else ""
        rows.append((code, meaning, ROLL_UPS.get(roll_up, roll_up), count))
    title = f"Lý do nhiều nhất · Most frequent reasons ({min(MOST_REASONS, len(largest))}/{len(largest)})"
    headings = ("Mã · code", "Nghĩa · meaning", "Kết quả · verdict", "Bản ghi · records")
    draw_table(screen, title, headings, rows, numbers_from=3)

"""How a quote is told: its lines with the instruments they rest on, the sum, and what makes it provisional."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

    from registries.fees import Quote


def quote_value(found: "Quote") -> dict[str, Any]:
    """Give a quote as plain values."""
    return {
        "on": str(found.on),
        "amount_vnd": found.amount_vnd,
        "provisional": found.is_provisional,
        "lines": [
            {
                "item": line.item,
                "vi": line.vi,
                "en": line.en,
                "quantity": line.quantity,
                "unit_vnd": line.unit_vnd,
                "amount_vnd": line.amount_vnd,
                "instrument": line.instrument,
                "source": line.source,
            }
            for line in found.lines
        ],
        "doubts": [{"vi": doubt.vi, "en": doubt.en} for doubt in found.doubts],
    }


def show_quote(screen: "Console", found: "Quote") -> None:
    """Draw a quote."""
    for line in found.lines:
        screen.print(
            f"{line.vi} · {line.en}: {line.quantity:,} × {line.unit_vnd:,} = {line.amount_vnd:,} đ"
            f"  [{line.instrument}]",
            soft_wrap=True,
            markup=False,
        )
    screen.print(f"Cộng · total {found.on}: {found.amount_vnd:,} đ", markup=False)
    if found.is_provisional:
        screen.print("TẠM TÍNH, chưa xuất hóa đơn · PROVISIONAL, no invoice:")
    for doubt in found.doubts:
        screen.print(f"  {doubt.vi} · {doubt.en}", soft_wrap=True, markup=False)

"""The columns of the assignment table, checks of one row, and the account of a reading.

A row is one station's use of frequencies through one antenna. EIRP (dBm) = power - feeder loss + gain.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from registries.spectrum.exchange.errors import ExchangeError
from registries.spectrum.findings import Finding, has_errors
from registries.spectrum.identifiers import emission
from registries.spectrum.identifiers.errors import EmissionUnreadable

SCHEMA: Final[dict[str, pl.DataType]] = {
    **dict.fromkeys(("assignment_id", "licence_id", "holder_id", "site_id", "station_name"), pl.String()),
    **dict.fromkeys(("latitude_deg", "longitude_deg", "ground_m", "height_agl_m"), pl.Float64()),
    **dict.fromkeys(("tx_frequency_hz", "rx_frequency_hz", "bandwidth_hz"), pl.Int64()),
    "emission": pl.String(),
    **dict.fromkeys(("power_dbm", "feeder_loss_db", "antenna_gain_dbi"), pl.Float64()),
    "antenna_pattern": pl.String(),
    **dict.fromkeys(("azimuth_deg", "tilt_deg", "beamwidth_deg"), pl.Float64()),
    "polarisation": pl.String(),
    "noise_figure_db": pl.Float64(),
    **dict.fromkeys(("tx_mask", "rx_mask", "service", "criterion", "province_code", "correspondent_id"), pl.String()),
}
"""Column -> type, in order."""

POLARISATIONS: Final = ("H", "V", "C", "X")
_RANGES: Final = (
    ("latitude_deg", -90.0, 90.0, "vĩ độ", "latitude", "°"),
    ("longitude_deg", -180.0, 180.0, "kinh độ", "longitude", "°"),
    ("ground_m", -500.0, 9000.0, "độ cao mặt đất", "ground height", "m"),
    ("height_agl_m", 0.0, 1000.0, "độ cao ăng ten", "antenna height", "m"),
    ("tx_frequency_hz", 1, 3_000_000_000_000, "tần số phát", "transmit frequency", "Hz"),
    ("rx_frequency_hz", 1, 3_000_000_000_000, "tần số thu", "receive frequency", "Hz"),
    ("bandwidth_hz", 1, 100_000_000_000, "băng thông", "bandwidth", "Hz"),
    ("power_dbm", -100.0, 100.0, "công suất", "power", "dBm"),
    ("feeder_loss_db", 0.0, 100.0, "suy hao fi-đơ", "feeder loss", "dB"),
    ("antenna_gain_dbi", -50.0, 100.0, "hệ số khuếch đại ăng ten", "antenna gain", "dBi"),
    ("azimuth_deg", 0.0, 360.0, "góc phương vị", "azimuth", "°"),
    ("tilt_deg", -90.0, 90.0, "góc ngẩng", "tilt", "°"),
    ("beamwidth_deg", 0.0, 360.0, "độ rộng búp sóng", "beamwidth", "°"),
    ("noise_figure_db", 0.0, 60.0, "hệ số tạp âm", "noise figure", "dB"),
)
"""What a row may hold at most; the largest transmitters in use have 2 MW (93 dBm)."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Imported:
    """What was read: every row in is a row of the table or was rejected with an error.

    Raises:
        ExchangeError: The account does not balance, which is a defect of the reader.
    """

    table: pl.DataFrame
    findings: tuple[Finding, ...]
    rows_in: int
    rejected: int

    def __post_init__(self) -> None:
        if self.rows_in != self.table.height + self.rejected:
            account = f"{self.rows_in} rows in, {self.table.height} out, {self.rejected} rejected"
            raise ExchangeError(detail=f"the account does not balance: {account}")


def frame(rows: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
    """Make a table of rows; columns that a row lacks are null."""
    held = list(rows)
    return pl.DataFrame({name: pl.Series(name, [row.get(name) for row in held], kind) for name, kind in SCHEMA.items()})


def gather(rows: Sequence[tuple[str, Row | None, Sequence[Finding]]]) -> Imported:
    """Check rows read one by one (place, row or None, findings so far) and account for them.

    A row with an error is rejected; so is the second one of two with the same `assignment_id`.
    """
    kept: list[Row] = []
    findings: list[Finding] = []
    seen: dict[str, str] = {}
    for where, row, found in rows:
        own = list(found)
        if row is not None:
            own += check_row(row, where)
            known = seen.get(row["assignment_id"])
            if known is not None:
                vi = f"mã ấn định {row['assignment_id']} đã có ở {known}"
                en = f"assignment {row['assignment_id']} stands at {known} already"
                own.append(Finding("assignment-doubled", "error", where, vi, en))
        if row is None or has_errors(own):
            if not has_errors(own):
                own.append(
                    Finding("assignment-unreadable", "error", where, "không đọc được dòng", "no row can be read")
                )
        else:
            seen[row["assignment_id"]] = where
            kept.append(row)
        findings += own
    return Imported(frame(kept), tuple(findings), len(rows), len(rows) - len(kept))


def check_row(row: Row, where: str) -> list[Finding]:
    """Find what is wrong with one row: what it lacks, what no station has, and what contradicts itself."""
    findings = _missing(row, where)
    for name, least, most, vi, en, unit in _RANGES:
        value = row.get(name)
        if value is None:
            continue
        # Not-a-number compares with nothing, and so is outside of every range.
        if not (math.isfinite(value) and least <= value <= most):
            text_vi = f"{vi} {value} {unit} nằm ngoài {least:g} đến {most:g} {unit}"
            text_en = f"{en} {value} {unit} lies outside of {least:g} to {most:g} {unit}"
            findings.append(Finding("assignment-out-of-range", "error", where, text_vi, text_en))
    polarisation = row.get("polarisation")
    if polarisation is not None and polarisation not in POLARISATIONS:
        vi, en = (
            f"phân cực {polarisation!r} không phải H, V, C, X",
            f"polarisation {polarisation!r} is none of H, V, C, X",
        )
        findings.append(Finding("assignment-polarisation-unknown", "error", where, vi, en))
    return findings + _emission(row, where)


def _missing(row: Row, where: str) -> list[Finding]:
    findings = []
    for name, vi, en in (
        ("assignment_id", "thiếu mã ấn định", "there is no assignment_id"),
        ("latitude_deg", "thiếu vĩ độ", "there is no latitude"),
        ("longitude_deg", "thiếu kinh độ", "there is no longitude"),
        ("bandwidth_hz", "thiếu băng thông", "there is no bandwidth"),
    ):
        if row.get(name) is None:
            findings.append(Finding("assignment-incomplete", "error", where, vi, en))
    if row.get("tx_frequency_hz") is None and row.get("rx_frequency_hz") is None:
        vi, en = "không có tần số phát lẫn tần số thu", "there is neither a transmit nor a receive frequency"
        findings.append(Finding("assignment-incomplete", "error", where, vi, en))
    if row.get("tx_frequency_hz") is not None and row.get("power_dbm") is None:
        vi, en = "đài phát thiếu công suất", "a station that sends has no power"
        findings.append(Finding("assignment-power-missing", "warning", where, vi, en))
    return findings


def _emission(row: Row, where: str) -> list[Finding]:
    text, bandwidth = row.get("emission"), row.get("bandwidth_hz")
    if text is None:
        return []
    try:
        designator = emission.parse(text)
    except EmissionUnreadable as error:
        return [Finding(error.code, "error", where, f"ký hiệu phát xạ {text!r} sai", str(error))]
    row["emission"] = str(designator)
    # Three digits: what they cannot hold is no contradiction.
    if bandwidth is not None and abs(float(designator.bandwidth_hz) - bandwidth) > 0.005 * bandwidth:
        vi = f"băng thông {bandwidth} Hz khác ký hiệu phát xạ {designator}"
        en = f"a bandwidth of {bandwidth} Hz is not that of emission {designator}"
        return [Finding("assignment-bandwidth-differs", "warning", where, vi, en)]
    return []

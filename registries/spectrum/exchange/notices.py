"""Notices of frequency assignments to the Radiocommunication Bureau, as text blocks: T11, T12 and T13.

T11 is a transmitter of the fixed service with its receiving station, T12 a transmitter of another service, T13 a
receiving land station. A file is a HEAD, any number of NOTICE blocks, each with ANTENNA and in it RX_STATION blocks,
and a TAIL that counts the notices. Coordinates are written to a second; frequencies in MHz, powers in dBW.

References:
    Radio Regulations, Appendix 4, Annex 1; ITU-R FXM submission guidelines (circular letter CR/118): names of items as
    seen in public converters, to be checked with the Bureau's validation before a submission.
"""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from registries.spectrum.antennas.levels import DIPOLE_DBI
from registries.spectrum.exchange.errors import NoticeImpossible, NoticeUnreadable
from registries.spectrum.identifiers import bandwidth, emission
from registries.spectrum.identifiers.errors import EmissionUnreadable

Kind = Literal["T11", "T12", "T13"]
Items = tuple[tuple[str, str], ...]
ADMINISTRATION: Final = "VTN"
KINDS: Final[tuple[Kind, ...]] = ("T11", "T12", "T13")
_BLOCKS: Final = {"NOTICE": None, "ANTENNA": "NOTICE", "RX_STATION": "ANTENNA", "COORD": "NOTICE"}
_POLARISATIONS: Final = {"H": "H", "V": "V", "C": "CR", "X": "D"}
_BACK: Final = {"H": "H", "V": "V", "CR": "C", "CL": "C", "D": "X", "M": "X"}


@dataclass(frozen=True, slots=True)
class Block:
    """A block of a notice: its items in order, and the blocks inside it."""

    name: str
    items: Items
    blocks: tuple["Block", ...] = ()

    def get(self, item: str) -> str | None:
        """Give the value of an item, or None."""
        return next((value for name, value in self.items if name == item), None)

    def inside(self, name: str) -> tuple["Block", ...]:
        """Give the blocks of a name inside this one."""
        return tuple(block for block in self.blocks if block.name == name)


@dataclass(frozen=True, slots=True)
class Notices:
    """A file of notices: the items of its head, and its notices."""

    head: Items
    notices: tuple[Block, ...] = field(default=())


def render(file: Notices) -> str:
    """Write a file of notices; `parse(render(file)) == file`."""
    lines = ["<HEAD>", *(f"{name}={value}" for name, value in file.head), "</HEAD>"]
    for notice in file.notices:
        lines += _block_lines(notice)
    lines += ["<TAIL>", f"t_num_notices={len(file.notices)}", "</TAIL>"]
    return "\n".join(lines) + "\n"


def _block_lines(block: Block) -> Iterator[str]:
    yield f"<{block.name}>"
    for name, value in block.items:
        yield f"{name}={value}"
    for inner in block.blocks:
        yield from _block_lines(inner)
    yield f"</{block.name}>"


@dataclass(slots=True)
class _Open:
    name: str
    line: int
    items: list[tuple[str, str]] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)


class _Reading:
    """A text being read: the blocks that are open, and what was closed."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.stack: list[_Open] = []
        self.head: Items | None = None
        self.count: str | None = None
        self.notices: list[Block] = []

    def refuse(self, line: int, reason: str) -> NoticeUnreadable:
        return NoticeUnreadable(path=self.path, line=line, reason=reason)

    def take(self, number: int, line: str) -> None:
        """Take one line that is not empty."""
        if line.startswith("</") and line.endswith(">"):
            self._close(number, line[2:-1])
        elif line.startswith("<") and line.endswith(">"):
            self._open(number, line[1:-1])
        elif self.stack and "=" in line:
            item, _, value = line.partition("=")
            self.stack[-1].items.append((item.strip(), value.strip()))
        else:
            raise self.refuse(number, f"{line[:40]!r} is neither a mark nor an item of a block")

    def _open(self, number: int, name: str) -> None:
        outer = self.stack[-1].name if self.stack else None
        if name not in {"HEAD", "TAIL", *_BLOCKS} or outer != _BLOCKS.get(name):
            raise self.refuse(number, f"<{name}> does not stand in {f'<{outer}>' if outer else 'the file itself'}")
        self.stack.append(_Open(name, number))

    def _close(self, number: int, name: str) -> None:
        if not self.stack or self.stack[-1].name != name:
            open_now = f"<{self.stack[-1].name}>" if self.stack else "nothing"
            raise self.refuse(number, f"</{name}> closes {open_now}")
        done = self.stack.pop()
        if done.name == "HEAD":
            self.head = tuple(done.items)
        elif done.name == "TAIL":
            self.count = dict(done.items).get("t_num_notices")
        else:
            block = Block(done.name, tuple(done.items), tuple(done.blocks))
            (self.stack[-1].blocks if self.stack else self.notices).append(block)


def parse(text: str, path: str = "the text") -> Notices:
    """Read a file of notices; spaces around `=` do not matter.

    Raises:
        NoticeUnreadable: A line is neither a mark nor an item, blocks cross or stand where they do not belong, the head
            or the tail is missing, or the count of the tail is another one.
    """
    reading = _Reading(path)
    # Line ends alone part lines: a value may hold other marks that split a text.
    lines = text.replace("\r\n", "\n").split("\n")
    for number, line in enumerate(lines, 1):
        if line.strip():
            reading.take(number, line.strip())
    if reading.stack:
        raise reading.refuse(reading.stack[-1].line, f"<{reading.stack[-1].name}> is never closed")
    if reading.head is None:
        raise reading.refuse(1, "there is no <HEAD>")
    if reading.count != str(len(reading.notices)):
        reason = f"the tail counts {reading.count} notices, and there are {len(reading.notices)}"
        raise reading.refuse(len(lines), reason)
    return Notices(reading.head, tuple(reading.notices))


def head(sent_on: datetime.date, email: str, administration: str = ADMINISTRATION) -> Items:
    """Give the items of a head."""
    return (("t_adm", administration), ("t_d_sent", sent_on.isoformat()), ("t_email_addr", email))


def notice_of(
    row: dict[str, Any],
    kind: Kind,
    *,
    station_class: str,
    nature: str,
    in_use_on: datetime.date,
    noticed_on: datetime.date,
    receivers: Iterable[dict[str, Any]] = (),
    administration: str = ADMINISTRATION,
) -> Block:
    """Make a notice of a row of the assignment table; `receivers` are the rows at the other end (T11, T12).

    Raises:
        NoticeImpossible: The row lacks frequency, emission or coordinates, or a T11 has no receiving station.
    """
    frequency = row["rx_frequency_hz"] if kind == "T13" else row["tx_frequency_hz"]
    name = row["assignment_id"]
    if frequency is None or row["emission"] is None or row["latitude_deg"] is None or row["longitude_deg"] is None:
        raise NoticeImpossible(assignment=name, reason=f"a {kind} needs frequency, emission and coordinates")
    others = list(receivers)
    if kind == "T11" and not others:
        raise NoticeImpossible(assignment=name, reason="a T11 names its receiving station")
    designator = emission.parse(row["emission"])
    items = [
        ("t_notice_type", kind),
        ("t_d_adm_ntc", noticed_on.isoformat()),
        ("t_fragment", "NTFD_RR"),
        ("t_prov", "RR11.2"),
        ("t_action", "ADD"),
        ("t_adm_ref_id", name),
        ("t_freq_assgn", _plain(frequency / 1e6, 6)),
        ("t_d_inuse", in_use_on.isoformat()),
        ("t_site_name", _site(row)),
        ("t_ctry", administration),
        ("t_long", _degrees(row["longitude_deg"], 3)),
        ("t_lat", _degrees(row["latitude_deg"], 2)),
        ("t_stn_cls", station_class),
        ("t_nat_srv", nature),
        ("t_bdwdth_cde", bandwidth.render(designator.bandwidth_hz)),
        ("t_emi_cls", str(designator.emission_class)),
        ("t_op_hh_fr", "00:00"),
        ("t_op_hh_to", "24:00"),
    ]
    if row["ground_m"] is not None:
        items.append(("t_site_alt", f"{row['ground_m']:+.0f}"))
    return Block("NOTICE", tuple(items), (_antenna(row, kind, others, administration),))


def _antenna(row: dict[str, Any], kind: Kind, others: list[dict[str, Any]], administration: str) -> Block:
    items = []
    if kind != "T13" and row["power_dbm"] is not None:
        items += [("t_pwr_xyz", "Y"), ("t_pwr_ant", _plain(row["power_dbm"] - 30 - (row["feeder_loss_db"] or 0.0), 2))]
        if row["antenna_gain_dbi"] is not None:
            eirp = row["power_dbm"] - (row["feeder_loss_db"] or 0.0) + row["antenna_gain_dbi"]
            items += [("t_pwr_eiv", "I"), ("t_pwr_dbw", _plain(eirp - 30, 2))]
    items.append(("t_ant_dir", "ND" if row["azimuth_deg"] is None else "D"))
    for item, column in (("t_azm_max_e", "azimuth_deg"), ("t_bmwdth", "beamwidth_deg"), ("t_elev", "tilt_deg")):
        if row[column] is not None:
            items.append((item, _plain(row[column], 2)))
    if row["height_agl_m"] is not None:
        items.append(("t_hgt_agl", _plain(row["height_agl_m"], 1)))
    if row["antenna_gain_dbi"] is not None:
        items += [("t_gain_type", "I"), ("t_gain_max", _plain(row["antenna_gain_dbi"], 2))]
    if row["polarisation"] is not None:
        items.append(("t_polar", _POLARISATIONS[row["polarisation"]]))
    receiving = tuple(
        Block(
            "RX_STATION",
            (
                ("t_geo_type", "POINT"),
                ("t_ctry", administration),
                ("t_site_name", _site(other)),
                ("t_long", _degrees(other["longitude_deg"], 3)),
                ("t_lat", _degrees(other["latitude_deg"], 2)),
            ),
        )
        for other in others
    )
    return Block("ANTENNA", tuple(items), receiving)


def row_of(notice: Block) -> dict[str, Any]:
    """Give what a notice says as a row of the assignment table: the way back of `notice_of`, to a second of arc.

    The power comes back at the antenna, feeder loss 0.

    Raises:
        NoticeUnreadable: It is no notice of a known kind, an item that is needed is missing, or one is no number.
    """
    try:
        return _row(notice)
    except ValueError as cause:
        raise NoticeUnreadable(path=f"notice {notice.get('t_adm_ref_id')}", line=0, reason=cause) from cause


def _needed(notice: Block, name: str) -> str:
    value = notice.get(name)
    if not value:
        raise ValueError(f"it has no {name}")
    return value


def _row(notice: Block) -> dict[str, Any]:
    kind = notice.get("t_notice_type")
    if kind not in KINDS:
        raise ValueError(f"the notice type is {kind}, and {', '.join(KINDS)} are read")
    antennas = notice.inside("ANTENNA")
    antenna = antennas[0] if antennas else Block("ANTENNA", ())
    try:
        designator = emission.parse(f"{_needed(notice, 't_bdwdth_cde')}{_needed(notice, 't_emi_cls')}")
    except EmissionUnreadable as cause:
        raise ValueError(str(cause)) from cause
    hertz = round(float(_needed(notice, "t_freq_assgn")) * 1e6)
    gain = _number(antenna, "t_gain_max")
    if gain is not None and antenna.get("t_gain_type") == "D":
        gain += DIPOLE_DBI
    power = _number(antenna, "t_pwr_ant")
    return {
        "assignment_id": _needed(notice, "t_adm_ref_id"),
        "station_name": notice.get("t_site_name"),
        "latitude_deg": _angle(_needed(notice, "t_lat"), 2),
        "longitude_deg": _angle(_needed(notice, "t_long"), 3),
        "ground_m": _number(notice, "t_site_alt"),
        "height_agl_m": _number(antenna, "t_hgt_agl"),
        "tx_frequency_hz": None if kind == "T13" else hertz,
        "rx_frequency_hz": hertz if kind == "T13" else None,
        "bandwidth_hz": int(designator.bandwidth_hz),
        "emission": str(designator),
        "power_dbm": None if power is None else power + 30,
        "feeder_loss_db": None if power is None else 0.0,
        "antenna_gain_dbi": gain,
        "azimuth_deg": _number(antenna, "t_azm_max_e"),
        "tilt_deg": _number(antenna, "t_elev"),
        "beamwidth_deg": _number(antenna, "t_bmwdth"),
        "polarisation": _BACK.get(antenna.get("t_polar") or ""),
    }


def _number(block: Block, item: str) -> float | None:
    value = block.get(item)
    return None if value is None or not value else float(value)


def _plain(value: float, decimals: int) -> str:
    """Write a number without needless zeros and without minus nothing."""
    text = f"{value:.{decimals}f}".rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def _site(row: dict[str, Any]) -> str:
    return " ".join((row["station_name"] or row["site_id"] or row["assignment_id"]).split())[:30]


def _degrees(angle_deg: float, width: int) -> str:
    """Write an angle as a sign and packed degrees, minutes and seconds."""
    total = round(abs(angle_deg) * 3600)
    minutes, seconds = divmod(total, 60)
    degrees, minutes = divmod(minutes, 60)
    return f"{'-' if angle_deg < 0 else '+'}{degrees:0{width}}{minutes:02}{seconds:02}"


def _angle(text: str, width: int) -> float:
    digits = text.lstrip("+-")
    if not (digits.isascii() and digits.isdigit() and len(digits) == width + 4):
        raise ValueError(f"{text!r} is no angle of {width + 4} digits")
    degrees, minutes, seconds = int(digits[:width]), int(digits[width : width + 2]), int(digits[width + 2 :])
    if minutes > 59 or seconds > 59 or degrees > 180:
        raise ValueError(f"{text!r} is no angle")
    return (-1 if text.startswith("-") else 1) * (degrees + minutes / 60 + seconds / 3600)

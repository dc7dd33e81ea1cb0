"""Stations as a licence names them: site, antenna, equipment, frequencies; and as rows of the assignment table.

The fields are those of the application forms and of Appendix 4 of the Radio Regulations and ITU-R SM.1413. Powers are
at the output of the transmitter, in dBm; gains are maximum gains, in dBi; heights in metres.
"""

import dataclasses
import json
import math
import types
import typing
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, get_type_hints

from registries.spectrum import grid
from registries.spectrum.band_ranges import Band
from registries.spectrum.register_errors import StationFaulty

_POLARISATIONS: Final = frozenset({"H", "V", "C", "X"})
_LIMITS: Final = {
    "height_agl_m": (0, 1_000),
    "ground_m": (-100, 3_500),
    "power_dbm": (-100, 120),
    "antenna_gain_dbi": (-20, 80),
    "feeder_loss_db": (0, 100),
    "azimuth_deg": (0, 360),
    "tilt_deg": (-90, 90),
    "beamwidth_deg": (0, 360),
    "noise_figure_db": (0, 50),
    "bandwidth_hz": (1, 10**11),
    "tx_frequency_hz": (1, 3 * 10**12),
    "rx_frequency_hz": (1, 3 * 10**12),
}
"""What a value can be at all; a slip of the unit falls outside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """One use of frequencies through one antenna at one site. None where a value does not apply or is not known.

    `datum` is the one that the applicant gave coordinates in; those kept are WGS-84.
    """

    station_id: str
    latitude_deg: float
    longitude_deg: float
    height_agl_m: float
    bandwidth_hz: int
    tx_frequency_hz: int | None = None
    rx_frequency_hz: int | None = None
    power_dbm: float | None = None
    feeder_loss_db: float = 0.0
    antenna_gain_dbi: float = 0.0
    antenna_pattern: str = "omni"
    azimuth_deg: float | None = None
    tilt_deg: float | None = None
    beamwidth_deg: float | None = None
    polarisation: str = "V"
    emission: str = ""
    noise_figure_db: float | None = None
    station_name: str = ""
    site_id: str = ""
    site_address: str = ""
    datum: str = "WGS-84"
    ground_m: float | None = None
    province_code: str = ""
    call_sign: str = ""
    maker: str = ""
    model: str = ""
    approval_number: str = ""
    serial: str = ""
    tx_mask: str = ""
    rx_mask: str = ""
    service: str = ""
    criterion: str = ""
    correspondent_id: str = ""

    def __post_init__(self) -> None:
        for name, (low, high) in _LIMITS.items():
            value = getattr(self, name)
            if value is not None and not (math.isfinite(value) and low <= value <= high):
                raise self._faulty(name, f"it lies outside of {low:g} to {high:g}")
        if self.tx_frequency_hz is None and self.rx_frequency_hz is None:
            raise self._faulty("tx_frequency_hz", "a station sends or receives; give a frequency")
        if self.tx_frequency_hz is not None and self.power_dbm is None:
            raise self._faulty("power_dbm", "a station that sends has a power")
        if self.polarisation not in _POLARISATIONS:
            raise self._faulty("polarisation", "it is H, V, C or X")
        grid.checked_place(self.latitude_deg, self.longitude_deg, f"station {self.station_id}")

    def _faulty(self, field: str, reason: str) -> StationFaulty:
        return StationFaulty(station=self.station_id, field=field, value=getattr(self, field), reason=reason)

    @property
    def cell(self) -> int:
        """The cell of the grid that it stands in."""
        return grid.cell_at(self.latitude_deg, self.longitude_deg)

    @property
    def bands(self) -> tuple[Band, ...]:
        """The bands that it sends and receives in."""
        centres = {hz for hz in (self.tx_frequency_hz, self.rx_frequency_hz) if hz is not None}
        return tuple(sorted(Band.around(hz, self.bandwidth_hz) for hz in centres))

    @property
    def eirp_dbm(self) -> float | None:
        """Its equivalent isotropically radiated power; None where it does not send."""
        return None if self.power_dbm is None else self.power_dbm - self.feeder_loss_db + self.antenna_gain_dbi


_TYPES: Final = get_type_hints(Station)
_NEEDED: Final = tuple(field.name for field in dataclasses.fields(Station) if field.default is dataclasses.MISSING)


def read_station(values: Mapping[str, Any], where: str = "station") -> Station:
    """Make a station of plain values: numbers may be text, as in a CSV file, and an empty text is nothing.

    Raises:
        StationFaulty: A field is not known, lacks, or has a value that cannot be; the message names it.
    """
    name = str(values.get("station_id") or where)
    given: dict[str, Any] = {}
    for field, value in values.items():
        if field not in _TYPES:
            raise StationFaulty(station=name, field=field, value=value, reason="no field of a station is called so")
        if value is None or value == "":
            continue
        given[field] = _typed(name, field, value)
    for field in _NEEDED:
        if field not in given:
            raise StationFaulty(station=name, field=field, value="", reason="it is missing")
    return Station(**given)


def _typed(station: str, field: str, value: Any) -> Any:
    kind = _TYPES[field]
    if isinstance(kind, types.UnionType):
        kind = next(one for one in typing.get_args(kind) if one is not type(None))
    try:
        return _whole(value) if kind is int else kind(value)
    except (TypeError, ValueError, OverflowError) as cause:
        reason = f"it is no {'whole number' if kind is int else 'number'}"
        raise StationFaulty(station=station, field=field, value=value, reason=reason) from cause


def _whole(value: Any) -> int:
    """Give a whole number, written with a decimal point or not."""
    if not float(value).is_integer():
        raise ValueError(value)
    return int(float(value))


def written(stations: Iterable[Station]) -> str:
    """Write stations as one JSON text, without what is not known; `read_stations` reads it again."""
    rows = [
        {field: value for field, value in dataclasses.asdict(station).items() if value is not None and value != ""}
        for station in stations
    ]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


def read_stations(text: str) -> tuple[Station, ...]:
    """Read what `written` wrote."""
    return tuple(read_station(row) for row in json.loads(text)) if text else ()


ASSIGNMENT_COLUMNS: Final = (
    "assignment_id", "licence_id", "holder_id", "site_id", "station_name", "latitude_deg", "longitude_deg", "ground_m",
    "height_agl_m", "tx_frequency_hz", "rx_frequency_hz", "bandwidth_hz", "emission", "power_dbm", "feeder_loss_db",
    "antenna_gain_dbi", "antenna_pattern", "azimuth_deg", "tilt_deg", "beamwidth_deg", "polarisation",
    "noise_figure_db", "tx_mask", "rx_mask", "service", "criterion", "province_code", "correspondent_id",
)  # fmt: skip
"""The columns of the table in which the register, the importers and the interference engine meet."""


def assignment_rows(licence_id: str, holder_id: str | None, stations: Sequence[Station]) -> list[dict[str, Any]]:
    """Give the rows of the assignment table of a licence; what is empty is null there."""
    rows = []
    for station in stations:
        own = {"assignment_id": station.station_id, "licence_id": licence_id, "holder_id": holder_id}
        values = {name: own.get(name, getattr(station, name, None)) for name in ASSIGNMENT_COLUMNS}
        rows.append({name: None if value == "" else value for name, value in values.items()})
    return rows

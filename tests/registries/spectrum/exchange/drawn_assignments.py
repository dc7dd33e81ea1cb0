"""Assignment tables drawn at random, for the laws of exchange and reconciliation."""

from typing import Any

import polars as pl
from hypothesis import strategies as st

from registries.spectrum.exchange.columns import SCHEMA, frame

words = st.text("abcĐỗ ,\"'\n0", min_size=1, max_size=8).filter(lambda word: word.strip() == word)


def number(low: float, high: float) -> st.SearchStrategy[float | None]:
    return st.none() | st.floats(low, high)


drawn_row = st.fixed_dictionaries(
    {
        **{name: st.none() | words for name, kind in SCHEMA.items() if kind == pl.String()},
        "latitude_deg": st.floats(8.5, 23), "longitude_deg": st.floats(102.5, 109), "ground_m": number(0, 3000),
        "height_agl_m": number(1, 200), "tx_frequency_hz": st.integers(30_000_000, 40_000_000_000),
        "rx_frequency_hz": st.none() | st.integers(30_000_000, 40_000_000_000),
        "bandwidth_hz": st.sampled_from([12_500, 200_000, 20_000_000]), "power_dbm": number(0, 60),
        "feeder_loss_db": number(0, 9), "antenna_gain_dbi": number(-5, 45), "azimuth_deg": number(0, 359.9),
        "tilt_deg": number(-20, 20), "beamwidth_deg": number(0.1, 360), "noise_figure_db": number(0, 12),
        "polarisation": st.none() | st.sampled_from("HVCX"),
    }
)  # fmt: skip


def _table(rows: list[dict[str, Any]]) -> pl.DataFrame:
    emissions = {12_500: "12K5F3E", 200_000: "200KF8E", 20_000_000: "20M0W7D"}
    for number_of, row in enumerate(rows):
        row |= {"assignment_id": f"A{number_of}", "emission": emissions[row["bandwidth_hz"]]}
    return frame(rows)


drawn_tables = st.lists(drawn_row, max_size=6).map(_table)

"""Links from files: by the plain functions or by the kernels the results are the same, and what is wrong is named."""

from pathlib import Path

import polars as pl
import pytest

from registries.spectrum.errors import ModelUnknown, OutOfRange, ProfileUnusable, PropagationFileUnreadable
from registries.spectrum.propagation import running
from registries.spectrum.propagation.running import MANY, run_file, write_predicted

LINKS = {
    "P.452": (
        "frequency_ghz,time_percent,tx_height_m,rx_height_m,centre_latitude_deg,delta_n,n0",
        "{f},10,30,10,16,60,360",
    ),
    "P.1812": (
        "frequency_ghz,time_percent,tx_height_m,rx_height_m,centre_latitude_deg,delta_n,n0",
        "{f},10,30,10,16,60,360",
    ),
    "P.1546": ("frequency_mhz,time_percent,tx_height_m,rx_height_m,rx_area", "{mhz},10,30,10,4"),
    "ITM": ("frequency_mhz,tx_height_m,rx_height_m", "{mhz},30,10"),
    "P.525": ("frequency_ghz", "{f}"),
}


def links_file(folder: Path, model: str, count: int) -> Path:
    heights = [20 + 3 * (point % 7) for point in range(60)]
    lines = ["distance_km,height_m"] + [f"{0.5 * point},{height}" for point, height in enumerate(heights)]
    (folder / "hill.csv").write_text("\n".join(lines))
    header, row = LINKS[model]
    rows = [row.format(f=0.5 + link / count, mhz=500 + link) for link in range(count)]
    path = folder / "links.csv"
    path.write_text("\n".join([f"profile,{header}", *(f"hill.csv,{one}" for one in rows)]))
    return path


@pytest.mark.parametrize("model", LINKS)
def test_many_links_give_what_each_alone_gives(model: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = links_file(tmp_path, model, 40)
    alone = run_file(path, model)
    monkeypatch.setattr(running, "MANY", 10)
    monkeypatch.setattr(running, "BATCH", 16)
    told: list[tuple[int, int]] = []
    together = run_file(path, model.replace(".", "").lower(), 2, lambda done, whole: told.append((done, whole)))
    assert [(one.line, one.profile) for one in together] == [(one.line, one.profile) for one in alone]
    assert [one.loss_db for one in together] == pytest.approx([one.loss_db for one in alone], abs=1e-6)
    assert told == [(16, 40), (32, 40), (40, 40)]


def test_a_value_outside_is_refused_among_many_too(tmp_path: Path) -> None:
    path = links_file(tmp_path, "P.1546", MANY)
    path.write_text(path.read_text() + "\nhill.csv,5000,10,30,10,4")
    with pytest.raises(OutOfRange, match="frequency is 5000"):
        run_file(path, "P.1546")


def test_uneven_steps_are_refused_among_many_too(tmp_path: Path) -> None:
    path = links_file(tmp_path, "ITM", MANY)
    (tmp_path / "hill.csv").write_text("distance_km,height_m\n0,1\n1,2\n3,1\n")
    with pytest.raises(ProfileUnusable, match="equally far"):
        run_file(path, "ITM")


@pytest.mark.parametrize("name", ["losses.csv", "losses.parquet"])
def test_results_are_written_as_the_name_says(name: str, tmp_path: Path) -> None:
    found = run_file(links_file(tmp_path, "P.525", 5), "P.525")
    write_predicted(found, tmp_path / name)
    table = pl.read_parquet(tmp_path / name) if name.endswith("parquet") else pl.read_csv(tmp_path / name)
    assert table.columns == ["line", "profile", "loss_db"]
    assert table["loss_db"].to_list() == pytest.approx([one.loss_db for one in found], abs=1e-4)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(PropagationFileUnreadable, match="nowhere"):
        write_predicted([], tmp_path / "nowhere" / "losses.parquet")


def test_an_unknown_model_is_told_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(ModelUnknown, match=r"P\.1546"):
        run_file(tmp_path / "links.csv", "P.9999")

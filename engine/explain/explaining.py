"""Why a number of a run has its verdict: the record read again, its candidates found again, each field weighed."""

import datetime
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl

import data
from engine.explain.errors import IndexDiffers, NotInRun, WorkGone
from engine.explain.evidence import CodeMeaning, Explanation
from engine.explain.rereading import RecordReader, noted_inputs
from engine.explain.weighing import Judge, Judged
from engine.identity.index import IdentityIndex
from engine.identity.store import open_index
from engine.posterior import Model
from engine.reference import reference
from matching.identifiers import msisdn as numbers
from matching.identifiers.masking import mask

MOST_RECORDS = 10


def explain(run: Path, msisdn: str, *, index: Path | None = None, reveal: bool = False) -> tuple[Explanation, ...]:
    """Explain every record of a run with this number, at most MOST_RECORDS of them.

    `index` is the folder of the index where it is no longer where the run found it. `reveal` gives the values of
    record and register as they are; otherwise they are masked.

    Raises:
        NotInRun: No record has the number.
        WorkGone: The run's work folder does not say how its batches were read, or no index is known.
        IndexDiffers: The index is not the one that the run was made with.
        SourceError: A batch is gone or has changed.

    Cost: one pass over the verdicts' numbers, and the chunks that hold the records.
    """
    manifest = json.loads((run / "manifest.json").read_bytes())
    as_of = datetime.date.fromisoformat(manifest["as_of"])
    tables = reference(as_of)
    number = numbers.canonical(msisdn, tables.numbering) or numbers.canonical(msisdn) or msisdn
    verdicts = _verdicts(run, number)
    if not verdicts:
        raise NotInRun(run=run, msisdn=mask(number))
    noted = noted_inputs(run)
    opened = _open_index(run, index, noted, manifest["index"]["content"])
    reader = RecordReader(run, noted.get("date_orders", {}))
    judge = Judge(opened, tables, Model.of_dict(manifest["model"]), manifest["search"] == "deep", reveal)
    carriers = {batch["name"]: batch["carrier"] for batch in manifest["batches"]}
    meanings = _Meanings(manifest["rules"]["name"], as_of)
    return tuple(
        _explanation(verdict, manifest, carriers, meanings, judge.judge(*reader.read(verdict["batch"], verdict["row"])))
        for verdict in verdicts
    )


def _verdicts(run: Path, number: str) -> list[dict[str, Any]]:
    found = pl.scan_parquet(run / "verdicts.parquet").filter(pl.col("msisdn") == number).head(MOST_RECORDS)
    return found.with_columns(pl.col(pl.Categorical).cast(pl.String)).collect().sort("batch", "row").to_dicts()


def _open_index(run: Path, named: Path | None, noted: dict[str, Any], content: str) -> IdentityIndex:
    folder = named or (Path(noted["index"]) if noted.get("index") else None)
    if folder is None:
        raise WorkGone(run=run, missing="the path of the index (work/inputs.json)")
    opened = open_index(folder)
    if opened.content != content:
        raise IndexDiffers(index=folder, found=opened.content[:16], wanted=content[:16])
    return opened


class _Meanings:
    """Result codes in words, with why the rule set reads them as it does."""

    def __init__(self, rules: str, as_of: datetime.date) -> None:
        self._words = data.table("result_codes", as_of).by("code")
        self._reasons = data.table("rule_set_codes").where(rule_set=rules).by("code")

    def of(self, code: str) -> CodeMeaning:
        word, reason = self._words[code], self._reasons[code]
        return CodeMeaning(code, word["vietnamese"], word["english"], reason["reason_vi"], reason["reason_en"])


def _explanation(
    verdict: dict[str, Any],
    manifest: dict[str, Any],
    carriers: dict[str, str],
    meanings: _Meanings,
    judged: Judged,
) -> Explanation:
    codes: Sequence[str] = str(verdict["codes"]).split()
    return Explanation(
        batch=verdict["batch"],
        row=verdict["row"],
        carrier=carriers[verdict["batch"]],
        msisdn=verdict["msisdn"],
        roll_up=verdict["roll_up"],
        codes=tuple(meanings.of(code) for code in codes),
        tier=verdict["tier"],
        link_status=verdict["link_status"],
        person_id=verdict["person_id"],
        probability=verdict["probability"],
        rules=manifest["rules"]["name"],
        link_threshold=manifest["rules"]["link_threshold"],
        settled=judged.settled,
        prior_bits=judged.prior_bits,
        none_probability=judged.none_probability,
        candidates=judged.candidates,
        revealed=judged.revealed,
    )

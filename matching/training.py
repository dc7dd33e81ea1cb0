"""Estimate the numbers of a Fellegi-Sunter model from counted comparison patterns, without labels.

A comparison of two records is a pattern: one level per field. Expectation-maximisation runs over the
distinct patterns and how often each occurred, so its cost does not depend on the number of pairs (Enamorado,
Fifield and Imai, "Using a Probabilistic Model to Assist Merging of Large-Scale Administrative Records").
This module knows nothing of fields' contents; it receives small integers and counts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Patterns = npt.NDArray[np.uint8]

FLOOR = 1e-9
"""No level is impossible: a probability of zero would turn one odd pair into certainty."""


@dataclass(frozen=True, slots=True)
class Model:
    """What agreement means, field by field.

    `m[f][l]` is the probability of level `l` of field `f` when two records are the same thing, `u[f][l]` when
    they are not. Levels other than `missing[f]` sum to 1; the missing level has the factor 1 in both and so
    carries no evidence. `prior` is the share of the counted pairs that are matches.
    """

    m: tuple[tuple[float, ...], ...]
    u: tuple[tuple[float, ...], ...]
    prior: float
    missing: tuple[int | None, ...]
    iterations: int
    log_likelihood: float
    converged: bool

    @property
    def levels(self) -> tuple[int, ...]:
        return tuple(len(row) for row in self.m)

    def weights(self) -> list[Array]:
        """Give log2(m / u) per field and level: the evidence in bits, 0 for a missing level."""
        return [np.log2(np.asarray(m) / np.asarray(u)) for m, u in zip(self.m, self.u, strict=True)]

    def match_weights(self, patterns: Patterns) -> Array:
        """Give the sum of the fields' weights in bits of each pattern, without the prior."""
        total = np.zeros(len(patterns))
        for field, weight in enumerate(self.weights()):
            total += weight[patterns[:, field]]
        return total

    def probabilities(self, patterns: Patterns) -> Array:
        """Give the probability that a pair of each pattern is a match, each pair judged by itself."""
        log_odds = self.match_weights(patterns) + np.log2(self.prior / (1.0 - self.prior))
        result: Array = 1.0 / (1.0 + np.exp2(-np.clip(log_odds, -1000.0, 1000.0)))
        return result

    def as_dict(self) -> dict[str, Any]:
        """Give plain numbers for JSON, to twelve digits, so that the text does not depend on the machine."""
        return {
            "m": [[_stable(value) for value in row] for row in self.m],
            "u": [[_stable(value) for value in row] for row in self.u],
            "prior": _stable(self.prior),
            "missing": list(self.missing),
            "iterations": self.iterations,
            "log_likelihood": _stable(self.log_likelihood),
            "converged": self.converged,
        }

    @staticmethod
    def from_dict(values: Mapping[str, Any]) -> "Model":
        """Read what `as_dict` gave; `Model.from_dict(d).as_dict() == d`."""
        return Model(
            m=tuple(tuple(float(value) for value in row) for row in values["m"]),
            u=tuple(tuple(float(value) for value in row) for row in values["u"]),
            prior=float(values["prior"]),
            missing=tuple(None if level is None else int(level) for level in values["missing"]),
            iterations=int(values["iterations"]),
            log_likelihood=float(values["log_likelihood"]),
            converged=bool(values["converged"]),
        )


def count_patterns(patterns: Patterns, weights: Array | None = None) -> tuple[Patterns, Array]:
    """Give the distinct patterns in lexicographic order and how often (or with what weight) each occurs.

    Cost: one sort of packed 8-byte keys for up to eight fields.
    """
    rows = np.ascontiguousarray(patterns, dtype=np.uint8)
    width = rows.shape[1]
    if not len(rows):
        return rows, np.zeros(0)
    words = -(-max(width, 1) // 8)
    padded = np.zeros((len(rows), words * 8), np.uint8)
    padded[:, :width] = rows
    keys = padded.view(">u8").astype(np.uint64)
    order = np.lexsort(keys.T[::-1]) if words > 1 else np.argsort(keys[:, 0], kind="stable")
    ordered = keys[order]
    first = np.ones(len(rows), bool)
    first[1:] = (ordered[1:] != ordered[:-1]).any(axis=1)
    starts = np.flatnonzero(first)
    if weights is None:
        counts = np.diff(np.append(starts, len(rows))).astype(np.float64)
    else:
        counts = np.add.reduceat(np.asarray(weights, np.float64)[order], starts)
    return rows[order[starts]], counts


def fit(
    patterns: Patterns,
    counts: Array,
    levels: Sequence[int],
    *,
    u: Sequence[Sequence[float] | Array] | None = None,
    m0: Sequence[Sequence[float] | Array] | None = None,
    prior0: float = 0.1,
    max_iter: int = 500,
    tol: float = 1e-7,
    missing: Sequence[int | None] | None = None,
    monotone: bool = False,
    fixed_prior: bool = False,
    pseudo_count: float = 0.0,
) -> Model:
    """Fit m, u and the prior by expectation-maximisation; equal inputs in any order give the equal model.

    Args:
        patterns: uint8[P, F], levels 0 .. levels[f] - 1.
        counts: how many pairs (or what weight of pairs) showed each pattern.
        levels: number of levels per field.
        u: fixed u per field (say from random pairs), or None to estimate it. Its missing levels are ignored.
        m0: where m starts; by default the higher the level the likelier among matches.
        prior0: where the prior starts.
        max_iter: at most so many passes.
        tol: stop when no probability moves by more.
        missing: per field the level that says nothing, or None.
        monotone: demand that m / u does not fall as the level rises, the missing level apart.
        fixed_prior: keep `prior0`.
        pseudo_count: pairs added to each side, spread as the pooled levels are: rare levels stay near 0 bits.

    Returns:
        The model; `converged` is False when `max_iter` passes did not suffice.

    Cost: O(P x F) a pass.
    """
    patterns, counts = count_patterns(patterns, counts)
    silent: tuple[int | None, ...] = tuple(missing) if missing is not None else (None,) * len(levels)
    pooled = [_pooled(patterns[:, f], counts, levels[f], silent[f]) for f in range(len(levels))]
    u_now = [_given(row, silent[f]) for f, row in enumerate(u)] if u is not None else [row.copy() for row in pooled]
    m_now = [_given(row, silent[f]) for f, row in enumerate(m0)] if m0 is not None else _rising(levels, silent)
    prior = float(prior0)
    log_likelihood, iterations, converged = 0.0, 0, False
    while iterations < max_iter and not converged:
        iterations += 1
        match, log_likelihood = _expect(patterns, counts, m_now, u_now, prior)
        moved = 0.0
        for f, count in enumerate(levels):
            n_m = np.bincount(patterns[:, f], match, count) + pseudo_count * pooled[f]
            n_u = np.bincount(patterns[:, f], counts - match, count) + pseudo_count * pooled[f]
            new_m, new_u = _maximise(n_m, n_u, u_now[f] if u is not None else None, silent[f], monotone=monotone)
            moved = max(moved, float(np.abs(new_m - m_now[f]).max()), float(np.abs(new_u - u_now[f]).max()))
            m_now[f], u_now[f] = new_m, new_u
        if not fixed_prior:
            share = float(match.sum() / counts.sum()) if counts.sum() > 0 else prior
            share = min(max(share, FLOOR), 1.0 - FLOOR)
            moved = max(moved, abs(share - prior))
            prior = share
        converged = moved <= tol
    return Model(
        m=tuple(tuple(map(float, row)) for row in m_now),
        u=tuple(tuple(map(float, row)) for row in u_now),
        prior=prior,
        missing=silent,
        iterations=iterations,
        log_likelihood=log_likelihood,
        converged=converged,
    )


@dataclass(frozen=True, slots=True)
class Related:
    """Pairs that are not the same and yet agree by more than chance: a household, a product line, a series.

    `r[f][l]` is the probability of level `l` of field `f` among them, `share` their share of all pairs.
    """

    r: tuple[tuple[float, ...], ...]
    share: float

    def discount(self, model: Model, patterns: Patterns) -> Array:
        """Give per pattern log2 of how much likelier it is among these than among unrelated pairs."""
        total = np.zeros(len(patterns))
        for field, (r, u) in enumerate(zip(self.r, model.u, strict=True)):
            total += np.log2(np.asarray(r) / np.asarray(u))[patterns[:, field]]
        return total

    def as_dict(self) -> dict[str, Any]:
        return {"r": [[_stable(value) for value in row] for row in self.r], "share": _stable(self.share)}

    @staticmethod
    def from_dict(values: Mapping[str, Any]) -> "Related":
        return Related(tuple(tuple(float(value) for value in row) for row in values["r"]), float(values["share"]))


def refit(
    model: Model,
    patterns: Patterns,
    match: Array,
    other: Array,
    *,
    apart: Array | None = None,
    pseudo_count: float = 0.5,
) -> Model:
    """Give the model that fits patterns already divided into expected matches and others, levels rising in weight.

    This is one maximisation step for callers who divide by more than the pattern, as by a posterior over candidates.
    Pairs counted in `apart` are neither: they count in the prior alone, and u is then not bent by the order of m.
    """
    both = match + other if apart is None else match + other + apart
    new_m, new_u = [], []
    for f, count in enumerate(model.levels):
        pooled = _pooled(patterns[:, f], both, count, model.missing[f])
        n_m = np.bincount(patterns[:, f], match, count) + pseudo_count * pooled
        n_u = np.bincount(patterns[:, f], other, count) + pseudo_count * pooled
        fixed = None if apart is None else _normalised(n_u, model.missing[f])
        m, u = _maximise(n_m, n_u, fixed, model.missing[f], monotone=True)
        new_m.append(tuple(map(float, m)))
        new_u.append(tuple(map(float, u)))
    prior = float(match.sum() / max(both.sum(), FLOOR))
    return replace(
        model,
        m=tuple(new_m),
        u=tuple(new_u),
        prior=min(max(prior, FLOOR * FLOOR), 1.0 - FLOOR),
        iterations=model.iterations + 1,
    )


def fit_related(
    model: Model, patterns: Patterns, related: Array, all_pairs: float, *, pseudo_count: float = 0.5
) -> Related:
    """Give the class of related pairs from the expected number of them per pattern."""
    rows = []
    for f, count in enumerate(model.levels):
        pooled = _normalised(np.asarray(model.u[f]), model.missing[f])
        counts = np.bincount(patterns[:, f], related, count) + pseudo_count * pooled
        rows.append(tuple(map(float, _normalised(counts, model.missing[f]))))
    return Related(tuple(rows), min(max(float(related.sum()) / max(all_pairs, FLOOR), FLOOR * FLOOR), 1.0 - FLOOR))


def divergence(a: Sequence[Sequence[float]], b: Sequence[Sequence[float]], missing: Sequence[int | None]) -> float:
    """Give the bits by which a pair drawn from `a` is on average known not to be from `b` (Kullback and Leibler)."""
    total = 0.0
    for f, (row, other) in enumerate(zip(a, b, strict=True)):
        speaking = [level for level in range(len(row)) if level != missing[f]]
        p, q = np.asarray(row)[speaking], np.asarray(other)[speaking]
        total += float((p * np.log2(p / q)).sum())
    return total


def starting_model(shares: Sequence[Array], missing: Sequence[int | None], prior: float) -> Model:
    """Give the model training starts from: u as the pooled levels are, m rising with the level."""
    m = _rising([len(row) for row in shares], missing)
    u = [_normalised(row, missing[f]) for f, row in enumerate(shares)]
    return Model(
        m=tuple(tuple(map(float, row)) for row in m),
        u=tuple(tuple(map(float, row)) for row in u),
        prior=prior,
        missing=tuple(missing),
        iterations=0,
        log_likelihood=0.0,
        converged=False,
    )


def level_shares(
    patterns: Patterns, counts: Array, levels: Sequence[int], missing: Sequence[int | None]
) -> list[Array]:
    """Give each field's distribution over its levels; of random pairs, this is u."""
    return [_pooled(patterns[:, f], counts, levels[f], missing[f]) for f in range(len(levels))]


def _stable(value: float) -> float:
    return float(f"{value:.12g}")


def _normalised(row: Array, silent: int | None) -> Array:
    """Scale to sum 1 over the levels that speak, none below the floor; the silent level gets the factor 1."""
    speaking = np.ones(len(row), bool)
    if silent is not None:
        speaking[silent] = False
    result = np.ones(len(row))
    total = row[speaking].sum()
    share = row[speaking] / total if total > 0 else np.full(speaking.sum(), 1.0 / max(speaking.sum(), 1))
    share = np.maximum(share, FLOOR)
    result[speaking] = share / share.sum()
    return result


def _given(row: Sequence[float] | Array, silent: int | None) -> Array:
    return _normalised(np.asarray(row, np.float64), silent)


def _pooled(column: npt.NDArray[np.uint8], counts: Array, levels: int, silent: int | None) -> Array:
    return _normalised(np.bincount(column, counts, levels).astype(np.float64), silent)


def _rising(levels: Sequence[int], missing: Sequence[int | None]) -> list[Array]:
    """Start m with each level three times as likely as the one below: matches mostly agree."""
    return [_normalised(3.0 ** np.arange(count, dtype=np.float64), missing[f]) for f, count in enumerate(levels)]


def _expect(
    patterns: Patterns, counts: Array, m: Sequence[Array], u: Sequence[Array], prior: float
) -> tuple[Array, float]:
    """Give the expected matches of each pattern and the log-likelihood of all counts."""
    log_m = np.full(len(patterns), np.log(prior))
    log_u = np.full(len(patterns), np.log1p(-prior))
    for f in range(len(m)):
        log_m += np.log(m[f])[patterns[:, f]]
        log_u += np.log(u[f])[patterns[:, f]]
    total = np.logaddexp(log_m, log_u)
    return counts * np.exp(log_m - total), float(counts @ total)


def _maximise(
    n_m: Array, n_u: Array, fixed_u: Array | None, silent: int | None, *, monotone: bool
) -> tuple[Array, Array]:
    """Give the m and u that fit the expected counts best, under the order constraint where asked.

    With u known, the best m whose ratio to u does not fall is the isotonic regression of n_m / u weighted by
    u; with both free it is that of the share n_m / (n_m + n_u) (Dykstra, Kochar and Robertson, "Inference for
    likelihood ratio ordering in the two-sample problem", JASA 1995).
    """
    if not monotone:
        return _normalised(n_m, silent), fixed_u if fixed_u is not None else _normalised(n_u, silent)
    speaking = [level for level in range(len(n_m)) if level != silent]
    new_m, new_u = n_m.copy(), n_u.copy()
    if fixed_u is not None:
        base = fixed_u[speaking]
        new_m[speaking] = _isotonic(n_m[speaking] / base, base) * base
        return _normalised(new_m, silent), fixed_u
    both = np.maximum(n_m[speaking] + n_u[speaking], FLOOR)
    share = _isotonic(n_m[speaking] / both, both)
    new_m[speaking], new_u[speaking] = share * both, (1.0 - share) * both
    return _normalised(new_m, silent), _normalised(new_u, silent)


def _isotonic(values: Array, weights: Array) -> Array:
    """Give the nearest non-falling sequence in weighted least squares, by pooling adjacent violators."""
    blocks: list[list[float]] = []
    for value, weight in zip(values.tolist(), weights.tolist(), strict=True):
        blocks.append([value, weight, 1.0])
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            right_value, right_weight, right_size = blocks.pop()
            left_value, left_weight, left_size = blocks[-1]
            weight_sum = left_weight + right_weight
            blocks[-1] = [
                (left_value * left_weight + right_value * right_weight) / weight_sum,
                weight_sum,
                left_size + right_size,
            ]
    return np.repeat([block[0] for block in blocks], [int(block[2]) for block in blocks])

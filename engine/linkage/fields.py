"""Which columns of two tables are compared, and how, told from their names and contents; what is left out says why."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from engine.linkage import preparation
from engine.linkage.profile import Profile, choose_comparator, profile
from matching.comparators.text import jaro_winkler_similarity

KEY_WORDS = frozenset(
    [
        "id",
        "key",
        "uid",
        "uuid",
        "guid",
        "pk",
        "index",
        "idx",
        "row",
        "rowid",
        "rownum",
        "number",
        "no",
        "stt",
        "ma",
        "record",
        "rec",
        "identifier",
    ]
)
SHARED_ENOUGH = 0.02
"""Two columns hold common values if at least so large a share of the smaller one's values stands in the other."""

CONTAINED_ENOUGH = 0.8
"""One column repeats another if so large a share of rows has all its words in it."""

COVERED_ENOUGH = 0.6
"""A column is left out for its parts if they hold so large a share of its words; else the parts are left out."""

CONTAINMENT_SAMPLE = 500
CHANCE_SAMPLE = 20
"""Fewer rows that share a value say nothing of chance."""


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that is compared: a column of the left table, one of the right, and the comparator."""

    name: str
    left: str
    right: str
    comparator: str


@dataclass(frozen=True, slots=True)
class Omission:
    """A column that is not compared, and why."""

    column: str
    side: str
    code: str
    vi: str
    en: str


@dataclass(frozen=True, slots=True)
class Plan:
    """The fields to compare and the columns left out."""

    fields: tuple[Field, ...]
    omissions: tuple[Omission, ...]


def plan_fields(left: pl.DataFrame, right: pl.DataFrame | None, ignore: Sequence[str] = ()) -> Plan:
    """Pair the columns of two tables (or take those of one) and choose a comparator for each."""
    ignored = set(ignore)
    omissions: list[Omission] = []
    profiles_left = {name: profile(left[name]) for name in left.columns if name not in ignored}
    for name in sorted(ignored & set(left.columns)):
        omissions.append(Omission(name, "both", "ignored", "bị bỏ qua theo yêu cầu", "ignored as asked"))
    if right is None:
        pairs = [(name, name) for name in profiles_left]
        profiles_right = profiles_left
    else:
        profiles_right = {name: profile(right[name]) for name in right.columns if name not in ignored}
        pairs = _pair_columns(left, right, profiles_left, profiles_right)
        omissions += _unpaired(profiles_left, profiles_right, pairs)
    kept: list[Field] = []
    for a, b in pairs:
        others = [pair for pair in pairs if pair != (a, b)]
        reason = _reason_to_omit(left, right, a, b, profiles_left[a], profiles_right[b], others)
        if reason is not None:
            omissions.append(reason)
        else:
            kept.append(Field(a, a, b, choose_comparator(a, [profiles_left[a], profiles_right[b]])))
    kept, redundant = _without_repeats(left, right, kept)
    return Plan(tuple(kept), tuple(omissions + redundant))


def _plain_name(name: str) -> str:
    words = preparation.fold(pl.Series([name.replace("_", " ")]))[0].split()
    if len(words) > 1 and words[-1] in {"l", "r", "a", "b", "1", "2", "left", "right", "x", "y"}:
        words = words[:-1]
    return " ".join(words)


def _pair_columns(
    left: pl.DataFrame, right: pl.DataFrame, profiles_left: dict[str, Profile], profiles_right: dict[str, Profile]
) -> list[tuple[str, str]]:
    """Pair columns of equal names first, then those whose names and values are most alike."""
    by_name: dict[str, str] = {}
    for name in profiles_right:
        by_name.setdefault(_plain_name(name), name)
    pairs: list[tuple[str, str]] = []
    for name in profiles_left:
        partner = name if name in profiles_right else by_name.get(_plain_name(name))
        if partner is not None and partner not in {b for _, b in pairs}:
            pairs.append((name, partner))
    open_left = [name for name in profiles_left if name not in {a for a, _ in pairs}]
    open_right = [name for name in profiles_right if name not in {b for _, b in pairs}]
    scored = [
        (_pair_score(left[a], right[b], a, b, profiles_left[a], profiles_right[b]), a, b)
        for a in open_left
        for b in open_right
    ]
    for score, a, b in sorted(scored, key=lambda row: (-row[0], row[1], row[2])):
        if score >= 0.5 and a in open_left and b in open_right:
            pairs.append((a, b))
            open_left.remove(a)
            open_right.remove(b)
    order = {name: place for place, name in enumerate(profiles_left)}
    return sorted(pairs, key=lambda pair: order[pair[0]])


def _pair_score(a: pl.Series, b: pl.Series, name_a: str, name_b: str, of_a: Profile, of_b: Profile) -> float:
    if not of_a.filled or not of_b.filled:
        return 0.0
    kinds = {choose_comparator(name_a, [of_a]), choose_comparator(name_b, [of_b])}
    if len(kinds) > 1 and not kinds <= {"text", "name", "token_set", "address"}:
        return 0.0
    named = max(0.0, jaro_winkler_similarity(_plain_name(name_a), _plain_name(name_b)) - 0.6) / 0.4
    whole = not kinds <= {"token_set", "address"}
    words_a, words_b = _held(a, whole=whole), _held(b, whole=whole)
    held = len(words_a & words_b) / max(min(len(words_a), len(words_b)), 1)
    return 0.4 * named + 0.6 * min(1.0, 1.5 * held)


def _held(column: pl.Series, *, whole: bool) -> set[str]:
    """Give the values of a column, or the words in them."""
    folded = preparation.fold(column.filter(column != "").head(5000).unique())
    if whole:
        return set(folded) - {""}
    return {word for value in folded for word in value.split()}


def _unpaired(
    profiles_left: dict[str, Profile], profiles_right: dict[str, Profile], pairs: list[tuple[str, str]]
) -> list[Omission]:
    lonely = []
    for side, names, place in (("left", profiles_left, 0), ("right", profiles_right, 1)):
        taken = {pair[place] for pair in pairs}
        lonely += [
            Omission(name, side, "unpaired", "bảng kia không có cột tương ứng", "the other table has no such column")
            for name in names
            if name not in taken
        ]
    return lonely


def _reason_to_omit(
    left: pl.DataFrame,
    right: pl.DataFrame | None,
    a: str,
    b: str,
    of_a: Profile,
    of_b: Profile,
    others: list[tuple[str, str]],
) -> Omission | None:
    if not of_a.filled or not of_b.filled:
        return Omission(a, "both", "empty", "không có giá trị", "holds no value")
    if of_a.distinct == of_b.distinct == 1:
        return Omission(a, "both", "constant", "mọi dòng cùng một giá trị", "holds one value in all rows")
    if _is_row_key(left[a], None if right is None else right[b], a, of_a, of_b) or (
        right is not None and of_a.unique and of_b.unique and _meets_by_chance(left, right, a, b, others)
    ):
        return Omission(
            a,
            "both",
            "row-key",
            "là khóa dòng: mỗi dòng một giá trị và không cho biết hai dòng là một",
            "is a row key: a value of its own in every row, which says nothing of two rows being one",
        )
    return None


def _is_row_key(left: pl.Series, right: pl.Series | None, name: str, of_a: Profile, of_b: Profile) -> bool:
    """Tell whether a column only numbers or names the rows of its table.

    Such a column has a value of its own in every row, of one word with a digit. A number that is shared between the
    tables (an identity number) looks the same, but then its values stand in both tables, and not because both count
    upwards.
    """
    if not (of_a.unique and of_b.unique):
        return False
    if _counts_rows(left) and (right is None or _counts_rows(right)):
        return True
    code_like = min(of_a.one_word, of_b.one_word) >= 0.99 and max(of_a.with_digit, of_b.with_digit) >= 0.5
    named = bool(KEY_WORDS & set(_plain_name(name).split())) or _plain_name(name).endswith("id")
    if right is None:
        return code_like and named
    if not code_like and not (named and min(of_a.one_word, of_b.one_word) >= 0.99):
        return False
    first, second = set(preparation.joined(left)), set(preparation.joined(right))
    return len(first & second) < SHARED_ENOUGH * max(min(len(first), len(second)), 1)


def _meets_by_chance(left: pl.DataFrame, right: pl.DataFrame, a: str, b: str, others: list[tuple[str, str]]) -> bool:
    """Tell whether rows that share a value of a column unique on both sides have no more else in common than others."""
    sides = [
        table.select(
            preparation.joined(table[name]).alias("key"),
            pl.concat_str([pl.col(column) for column in columns], separator=" ").alias("rest"),
        ).filter(pl.col("key") != "")
        for table, name, columns in ((left, a, [x for x, _ in others]), (right, b, [y for _, y in others]))
        if others
    ]
    if not sides:
        return False
    met = sides[0].join(sides[1], on="key", how="inner", maintain_order="left").head(CONTAINMENT_SAMPLE)
    if met.height < CHANCE_SAMPLE:
        return False
    first, second = (
        [frozenset(text.split()) for text in preparation.fold(met[name])] for name in ("rest", "rest_right")
    )
    met_share = float(np.mean([_common(x, y) for x, y in zip(first, second, strict=True)]))
    turned_share = float(np.mean([_common(x, y) for x, y in zip(first, second[1:] + second[:1], strict=True)]))
    return met_share <= 1.3 * turned_share + 0.01


def _common(a: frozenset[str], b: frozenset[str]) -> float:
    return len(a & b) / max(len(a | b), 1)


def _counts_rows(column: pl.Series) -> bool:
    """Tell whether the values are whole numbers that leave out few between the least and the greatest."""
    numbers = column.cast(pl.Int64, strict=False)
    if numbers.null_count() > 0.01 * len(numbers):
        return False
    numbers = numbers.drop_nulls()
    span = int(numbers.max()) - int(numbers.min()) + 1  # type: ignore[arg-type]
    return span <= 2 * numbers.n_unique() or bool((numbers.diff().drop_nulls() > 0).all())


def _without_repeats(
    left: pl.DataFrame, right: pl.DataFrame | None, fields: list[Field]
) -> tuple[list[Field], list[Omission]]:
    """Leave out fields that repeat what others say: evidence counted twice makes wrong pairs look certain."""
    wordy = [field for field in fields if field.comparator in {"text", "name", "token_set", "address"}]
    if len(wordy) < 2:
        return fields, []
    columns = {field.name: _sampled_words(left, right, field) for field in wordy}
    inside = {
        field.name: [
            other.name for other in wordy if other is not field and _contained(columns[other.name], columns[field.name])
        ]
        for field in wordy
    }
    dropped: dict[str, str] = {}
    for whole in sorted(inside, key=lambda name: -len(inside[name])):
        parts = [name for name in inside[whole] if name not in dropped]
        if whole in dropped or not parts:
            continue
        if len(parts) > 1 and _covered(columns[whole], [columns[part] for part in parts]):
            dropped[whole] = " + ".join(parts)
        else:
            dropped.update(dict.fromkeys(parts, whole))
    omissions = [
        Omission(name, "both", "repeats", f"lặp lại nội dung của {source}", f"repeats what {source} says")
        for name, source in dropped.items()
    ]
    return [field for field in fields if field.name not in dropped], omissions


def _sampled_words(left: pl.DataFrame, right: pl.DataFrame | None, field: Field) -> list[frozenset[str]]:
    sides = [left[field.left]] if right is None else [left[field.left], right[field.right]]
    rows = pl.concat([side.gather_every(max(1, len(side) // CONTAINMENT_SAMPLE)).rename("v") for side in sides])
    return [frozenset(value.split()) for value in preparation.fold(rows)]


def _contained(part: list[frozenset[str]], whole: list[frozenset[str]]) -> bool:
    """Tell whether, in rows that hold both, the words of the one nearly always stand in the other."""
    both = [(p, w) for p, w in zip(part, whole, strict=True) if p and w]
    if len(both) < 0.2 * len(part) or len({p for p, _ in both}) < 3:
        return False
    return float(np.mean([p <= w for p, w in both])) >= CONTAINED_ENOUGH


def _covered(whole: list[frozenset[str]], parts: list[list[frozenset[str]]]) -> bool:
    """Tell whether the parts together hold nearly all the words of the whole."""
    held = total = 0
    for row, words in enumerate(whole):
        union = frozenset().union(*(part[row] for part in parts))
        if union and words:
            held += len(words & union)
            total += len(words)
    return total > 0 and held >= COVERED_ENOUGH * total

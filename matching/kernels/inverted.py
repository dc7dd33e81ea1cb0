"""Sparse rows of weighted features: how alike two rows are, and which rows of a table share most with one row.

Rows are in compressed form: `starts` has n + 1 entries, `codes` are the feature codes of a row in rising order.
"""

import numpy as np
import numpy.typing as npt

from matching.kernels import kernel

Starts = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int32]
Weights = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int32]


@kernel
def shared_weight(starts: Starts, codes: Codes, weights: Weights, a_rows: Rows, b_rows: Rows, out: Weights) -> None:
    """Write the sum of products of the weights of shared features: the cosine where each row has norm 1.

    Twin: `matching.comparators.token_set.shared_weight`. Cost: one merge of two sorted lists a pair.
    """
    for pair in range(len(out)):
        i, i_stop = starts[a_rows[pair]], starts[a_rows[pair] + 1]
        j, j_stop = starts[b_rows[pair]], starts[b_rows[pair] + 1]
        total = np.float32(0.0)
        while i < i_stop and j < j_stop:
            left, right = codes[i], codes[j]
            if left == right:
                total += weights[i] * weights[j]
            i += np.int64(left <= right)
            j += np.int64(right <= left)
        out[pair] = total


@kernel
def invert(starts: Starts, codes: Codes, posting_starts: Starts, postings: Rows) -> None:
    """Write, feature by feature, the rows that have it, in rising order.

    `posting_starts` (one entry more than there are features) comes as zeros and leaves as offsets in `postings`.
    Twin: `numpy.argsort` of the features, kept in order.
    """
    features = len(posting_starts) - 1
    for position in range(len(codes)):
        posting_starts[codes[position]] += 1
    total = 0
    for feature in range(features + 1):
        size = posting_starts[feature]
        posting_starts[feature] = total
        total += size
    for row in range(len(starts) - 1):
        for position in range(starts[row], starts[row + 1]):
            feature = codes[position]
            postings[posting_starts[feature]] = row
            posting_starts[feature] += 1
    for feature in range(features, 0, -1):
        posting_starts[feature] = posting_starts[feature - 1]
    posting_starts[0] = 0


@kernel
def nearest_rows(
    starts: Starts,
    codes: Codes,
    posting_starts: Starts,
    postings: Rows,
    weights: Weights,
    budget: int,
    keep: int,
    same_table: bool,
    out_rows: Rows,
    out_scores: Weights,
    out_counts: Rows,
    unread: Starts,
) -> None:
    """Find for each row the `keep` indexed rows that share the most weight, reading at most `budget` postings.

    Feature codes must rise with the features' frequency: the postings of a feature are read whole or not at all,
    rarest first, so that a common feature never costs more than the budget. What was left unread is counted in
    `unread[0]`. With `same_table`, a row is not its own neighbour. Ties keep the lower row.

    Twin: `matching.blocking.nearest_by_hand`.
    """
    indexed = 0
    for position in range(len(postings)):
        indexed = max(indexed, postings[position] + 1)
    score = np.zeros(indexed, np.float32)
    touched = np.zeros(max(budget, 1), np.int32)
    for row in range(len(starts) - 1):
        count, spent = 0, 0
        for position in range(starts[row], starts[row + 1]):
            code = codes[position]
            first, stop = posting_starts[code], posting_starts[code + 1]
            if spent + stop - first > budget:
                unread[0] += stop - first
                continue
            spent += stop - first
            weight = weights[code]
            for k in range(first, stop):
                other = postings[k]
                if score[other] == 0.0:
                    touched[count] = other
                    count += 1
                score[other] += weight
        base = row * keep
        kept = 0
        for k in range(count):
            other = touched[k]
            value = score[other]
            score[other] = 0.0
            if same_table and other == row:
                continue
            if kept == keep and (
                value < out_scores[base + keep - 1]
                or (value == out_scores[base + keep - 1] and other > out_rows[base + keep - 1])
            ):
                continue
            place = min(kept, keep - 1)
            while place > 0 and (
                out_scores[base + place - 1] < value
                or (out_scores[base + place - 1] == value and out_rows[base + place - 1] > other)
            ):
                out_scores[base + place] = out_scores[base + place - 1]
                out_rows[base + place] = out_rows[base + place - 1]
                place -= 1
            out_scores[base + place] = value
            out_rows[base + place] = other
            kept = min(kept + 1, keep)
        out_counts[row] = kept


@kernel
def word_marks(data: npt.NDArray[np.uint8], offsets: Starts, marks: npt.NDArray[np.uint64], owners: Rows) -> int:
    """Write the hash of every word (bytes between spaces) and the row it stands in; give how many there are.

    The hash is FNV-1a of 64 bits, so that it is the same on every machine and in every version.
    Twin: `matching.comparators.column.word_mark`.
    """
    found = 0
    for row in range(len(offsets) - 1):
        mark = np.uint64(14695981039346656037)
        inside = False
        for position in range(offsets[row], offsets[row + 1]):
            if data[position] == 32:
                if inside:
                    marks[found] = mark
                    owners[found] = row
                    found += 1
                    mark = np.uint64(14695981039346656037)
                    inside = False
            else:
                mark = (mark ^ np.uint64(data[position])) * np.uint64(1099511628211)
                inside = True
        if inside:
            marks[found] = mark
            owners[found] = row
            found += 1
    return found


@kernel
def row_features(
    row_values: npt.NDArray[np.int32], value_starts: Starts, value_codes: Codes, out_starts: Starts, out_codes: Codes
) -> None:
    """Write the distinct features of each row, rising, from those of its values.

    `row_values` is [rows, fields] of rows in `value_starts`; the codes of a value rise, and one below 0 is left out.
    `out_codes` has room for all features of all values. Twin: `numpy.unique` of a row's codes.
    """
    fields = row_values.shape[1]
    heads = np.zeros(fields, np.int64)
    written = 0
    for row in range(row_values.shape[0]):
        first = written
        for field in range(fields):
            head = value_starts[row_values[row, field]]
            while head < value_starts[row_values[row, field] + 1] and value_codes[head] < 0:
                head += 1
            heads[field] = head
        while True:
            least = np.int32(2147483647)
            for field in range(fields):
                if heads[field] < value_starts[row_values[row, field] + 1]:
                    least = min(least, value_codes[heads[field]])
            if least == np.int32(2147483647):
                break
            for field in range(fields):
                if heads[field] < value_starts[row_values[row, field] + 1] and value_codes[heads[field]] == least:
                    heads[field] += 1
            if written == first or out_codes[written - 1] != least:
                out_codes[written] = least
                written += 1
        out_starts[row + 1] = written

"""The posterior of a record's candidates, "none of these" among them. Plain twin: `engine.posterior.posterior_of`.

For a record x and a person b, P(x | b) is a model of how records go wrong; for a person outside of the register it is
how often such a record comes up at all, which the register itself tells: how many bear the name (or one that a slip
turns into it), how many were born that day. Candidates then compete with each other and with "none", so namesakes
share what there is, and no threshold has to move with the size of the register.
"""

import numpy as np

from engine.kernels.shapes import NUMBER_ALIAS
from matching.kernels import bare_kernel as kernel
from matching.kernels import bare_part as part
from matching.kernels.name_levels import DIFFERENT, MISSING, ORDER

U32 = np.uint32
BIRTH_DIFFERENT = 8
"""DateAgreement.DIFFERENT; 0 is MISSING."""

UNSEEN = 0.5
"""Persons that a name which nobody bears is counted as, so that it stays possible."""


@part
def _name_chance(found, start, stop, order, counts, own_count, weights):
    """How often a person outside of the register would come with this name (natural logarithm)."""
    same = 0.0
    for level in range(ORDER + 1):
        same += np.exp(weights.name[level])
    chance = (own_count + UNSEEN * 1e-3) * same
    for i in range(start, stop):
        place = order[i]
        level = found.levels[place] & U32(15)
        if level <= ORDER or level >= DIFFERENT:
            continue
        seen = False
        for j in range(start, i):
            if found.name_key[order[j]] == found.name_key[place]:
                seen = True
                break
        if not seen:
            chance += max(counts[place], 1) * np.exp(weights.name[level])
    floor = UNSEEN * 1e-6
    return np.log(max(chance, floor) / weights.persons)


@part
def _birth_chance(birth, day_count, year_count, weights):
    """How often a person outside of the register would come with this birth date (natural logarithm)."""
    if birth == 0:
        return 0.0
    if birth & 31 == 0:
        return np.log((year_count + UNSEEN) / weights.persons)
    chance = (day_count + UNSEEN) * np.exp(weights.birth[1])
    if birth & 511 == 33:  # 1 January stands for any day of its year
        chance += year_count * np.exp(weights.birth[3])
    return np.log(chance / weights.persons)


@kernel
def weigh(
    found, order, starts, records, queries, given, counts, own_counts, day_counts, year_counts, weights, log_odds
):
    """Fill `log_odds` of each candidate (in `order`): log P(x | b) P(b) against "none", for records starts[r]..[r+1].

    Each candidate of a record is named once.
    """
    prior = np.log(weights.register_share / weights.persons) - np.log(1.0 - weights.register_share)
    for r in range(records.shape[0]):
        record = records[r]
        start, stop = starts[r], starts[r + 1]
        name_chance = _name_chance(found, start, stop, order, counts, own_counts[r], weights)
        birth_chance = _birth_chance(queries.birth[record], day_counts[r], year_counts[r], weights)
        for i in range(start, stop):
            place = order[i]
            levels = found.levels[place]
            name = levels & U32(15)
            birth = (levels >> U32(4)) & U32(15)
            province = (levels >> U32(8)) & U32(3)
            sex = (levels >> U32(10)) & U32(3)
            number = (levels >> U32(12)) & U32(7)
            odds = prior + weights.number[given[record], number]
            if name == DIFFERENT:
                odds += weights.name[DIFFERENT]
            elif name != MISSING:
                odds += weights.name[name] - name_chance
            if birth == BIRTH_DIFFERENT:
                odds += weights.birth[BIRTH_DIFFERENT]
            elif birth != 0:
                odds += weights.birth[birth] - birth_chance
            odds += weights.province[province] + weights.sex[sex]
            if province <= U32(1):
                odds -= weights.place[queries.province[record]]
            log_odds[place] = odds


@kernel
def posterior(found, order, starts, log_odds, probability, best, second):
    """Turn log odds against "none" into posteriors in place; give each record's best and second best candidate (or -1).

    Ties are broken by the tie value of the rows, so that the answer depends on no order of segments or threads.
    """
    for r in range(starts.shape[0] - 1):
        start, stop = starts[r], starts[r + 1]
        best[r] = -1
        second[r] = -1
        top = 0.0
        for i in range(start, stop):
            top = max(top, log_odds[order[i]])
        total = np.exp(-top)
        for i in range(start, stop):
            total += np.exp(log_odds[order[i]] - top)
        for i in range(start, stop):
            place = order[i]
            probability[place] = np.exp(log_odds[place] - top) / total
            if best[r] < 0 or _before(found, log_odds, place, best[r]):
                second[r] = best[r]
                best[r] = place
            elif second[r] < 0 or _before(found, log_odds, place, second[r]):
                second[r] = place


@part
def _before(found, log_odds, a, b):
    return log_odds[a] > log_odds[b] or (log_odds[a] == log_odds[b] and found.tie[a] < found.tie[b])


@kernel
def tally(found, order, starts, records, given, probability, name, birth, province, sex, matched, unmatched):
    """Add each candidate's expected share to the counts of its levels, and the rest of each record to `unmatched`.

    `matched` counts by (what was given, how the numbers relate), `unmatched` by what was given. Cost: one pass.
    """
    for r in range(records.shape[0]):
        rest = 1.0
        for i in range(starts[r], starts[r + 1]):
            place = order[i]
            share = probability[place]
            if share < 1e-9:
                continue
            levels = found.levels[place]
            number = (levels >> U32(12)) & U32(7)
            name[levels & U32(15)] += share
            birth[(levels >> U32(4)) & U32(15)] += share
            province[(levels >> U32(8)) & U32(3)] += share
            sex[(levels >> U32(10)) & U32(3)] += share
            matched[given[records[r]], number] += share
            rest -= share
        unmatched[given[records[r]]] += max(rest, 0.0)


@kernel
def settle(found, stop, record_pairs, settled, name_limit):
    """Mark the records whose only holder of the number agrees so well that no search is needed; give its pair.

    `record_pairs` counts the pairs of each record; `settled` receives the pair, or stays -1. `name_limit[birth]` is the
    weakest name level that settles at that agreement of birth dates.
    """
    for pair in range(stop):
        record_pairs[found.query[pair]] += 1
    for pair in range(stop):
        record = found.query[pair]
        levels = found.levels[pair]
        if record_pairs[record] == 1 and ((levels >> U32(12)) & U32(7)) <= NUMBER_ALIAS:
            if np.int64(levels & U32(15)) <= name_limit[(levels >> U32(4)) & U32(15)]:
                settled[record] = pair

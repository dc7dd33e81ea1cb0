"""Pick the candidates worth showing beside the most probable one."""

from matching.kernels import bare_kernel as kernel

SHOWN = 5
WORTH = 0.01


@kernel
def rank_others(wanted, order, starts, probability, tie, skip, out, counts):
    """Write, for each wanted record (a place in `starts`), up to SHOWN other candidates by falling posterior.

    `skip` is each wanted record's candidate that is told elsewhere (or -1); `out` is int64[wanted, SHOWN].
    """
    for w in range(wanted.shape[0]):
        used = 0
        for i in range(starts[wanted[w]], starts[wanted[w] + 1]):
            place = order[i]
            chance = probability[place]
            if place == skip[w] or chance < WORTH:
                continue
            at = used
            while at > 0:
                other = out[w, at - 1]
                if probability[other] > chance or (probability[other] == chance and tie[other] <= tie[place]):
                    break
                if at < SHOWN:
                    out[w, at] = other
                at -= 1
            if at < SHOWN:
                out[w, at] = place
                used = min(used + 1, SHOWN)
        counts[w] = used

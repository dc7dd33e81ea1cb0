"""The normal distribution as the Recommendations approximate it: by formulas, so that all who follow them agree."""

import math


def inverse_complementary_normal(share: float) -> float:
    """Give what a standard normal variable exceeds in this share of cases; shares are held to 1e-6 .. 1 - 1e-6.

    P.452-18 Annex 1 Attachment 3, P.1812-7 Annex 1 Attachment 2.
    """
    share = min(max(share, 1e-6), 1 - 1e-6)
    if share > 0.5:
        return -_tail(1 - share)
    return _tail(share)


def _tail(share: float) -> float:
    t = math.sqrt(-2 * math.log(share))
    above = (0.010328 * t + 0.802853) * t + 2.515516698
    below = ((0.001308 * t + 0.189269) * t + 1.432788) * t + 1
    return t - above / below


def q_inverse(share: float) -> float:
    """Give the same by the coefficients that P.1546-6 (Annex 5, section 12) and P.2001 print; shares as above."""
    share = min(max(share, 1e-6), 1 - 1e-6)
    if share > 0.5:
        return -_tail_printed(1 - share)
    return _tail_printed(share)


def _tail_printed(share: float) -> float:
    t = math.sqrt(-2 * math.log(share))
    return t - ((0.010328 * t + 0.802853) * t + 2.515517) / (((0.001308 * t + 0.189269) * t + 1.432788) * t + 1)

"""Populations and batches with known truth, made up by rule: nobody in them exists."""

from engine.synthetic.generation import AS_OF, MARKET_SHARES, Generated, Progress, UnknownProfile, generate
from engine.synthetic.profiles import PROFILES, Profile
from engine.synthetic.records import CORE_COLUMNS, FULL_COLUMNS

__all__ = [
    "AS_OF",
    "CORE_COLUMNS",
    "FULL_COLUMNS",
    "MARKET_SHARES",
    "PROFILES",
    "Generated",
    "Profile",
    "Progress",
    "UnknownProfile",
    "generate",
]

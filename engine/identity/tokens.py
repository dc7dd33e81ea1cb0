"""Keyed tokens: a number's stand-in where the number itself must not stand.

A plain hash of a 12-digit number falls in seconds, so tokens need a key. One key is drawn for each index and kept
beside it (mode 0600); tokens of runs over one index and its updates can be compared, and nobody else can make them.
"""

import secrets
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.identity.segments import Array
from matching.kernels.siphash import siphash_values

KEY_BYTES = 16


@dataclass(frozen=True, slots=True)
class KeyedTokens:
    """SipHash-2-4 of numbers under a key of 128 bits."""

    key: bytes

    @classmethod
    def drawn(cls) -> "KeyedTokens":
        """Draw a new key."""
        return cls(secrets.token_bytes(KEY_BYTES))

    @classmethod
    def read(cls, path: Path) -> "KeyedTokens":
        """Read the key of an index.

        Raises:
            ValueError: The file does not hold a key.
        """
        key = path.read_bytes()
        if len(key) != KEY_BYTES:
            raise ValueError(f"{path} holds {len(key)} bytes, a key has {KEY_BYTES}")
        return cls(key)

    def write(self, path: Path) -> None:
        """Write the key, for its owner alone."""
        path.touch(mode=0o600)
        path.write_bytes(self.key)

    def of(self, numbers: Array) -> Array:
        """Give the token (uint64) of each number; 0, which is no number, stays 0."""
        out = np.empty(numbers.shape[0], np.uint64)
        low, high = (np.uint64(int.from_bytes(part, "little")) for part in (self.key[:8], self.key[8:]))
        siphash_values(np.ascontiguousarray(numbers, np.uint64), low, high, out)
        out[numbers == 0] = 0
        return out

    def persons(self, numbers: Array) -> Array:
        """Give a non-negative int64 token of each number, where a register names its persons by number alone."""
        return (self.of(numbers) >> np.uint64(1)).astype(np.int64)

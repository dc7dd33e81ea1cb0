"""How often one client address may ask: a bucket of questions that fills up again, for each address or IPv6 /64."""

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

_REMEMBERED: Final = 10_000
_BURST_S: Final = 2.0


class Limiter:
    """Lets `rate` questions a second through for each client, and bursts of two seconds' worth; 0 lets all through.

    Only the clients seen last are remembered, so that its memory is bounded whoever asks.
    """

    def __init__(self, rate: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.rate = rate
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait_s(self, address: str) -> float:
        """Count a question of a client; give 0 where it may be answered, else the seconds until one may."""
        if not self.rate:
            return 0.0
        client, now = _client(address), self._clock()
        left, seen = self._buckets.pop(client, (self.rate * _BURST_S, now))
        left = min(self.rate * _BURST_S, left + (now - seen) * self.rate)
        allowed = left >= 1
        self._buckets[client] = (left - 1 if allowed else left, now)
        if len(self._buckets) > _REMEMBERED:
            self._buckets.popitem(last=False)
        return 0.0 if allowed else (1 - left) / self.rate


def _client(address: str) -> str:
    if ":" not in address:
        return address
    try:
        return str(ipaddress.IPv6Network((int(ipaddress.IPv6Address(address.partition("%")[0])), 64), strict=False))
    except ipaddress.AddressValueError:
        return address

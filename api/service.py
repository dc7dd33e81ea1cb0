"""What a running service says of itself: who runs it, under which addresses, how much it gives to whom."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Service:
    """The identity and limits of a service; every answer that names it reads this.

    `base_url` is where the HTTP side is reached from outside, without a slash at the end. `tag` is the end of the
    handles of this registry (RFC 8521). `rate` is requests a second for one client address, 0 for no limit.
    """

    base_url: str
    agency: str = "VNNIC"
    tag: str = "VNNIC"
    whois_host: str = ""
    terms_url: str = ""
    inaccuracy_url: str = ""
    rate: int = 0

    @property
    def rdap_url(self) -> str:
        """The base of all RDAP queries, with a slash at the end (RFC 9224 section 3)."""
        return f"{self.base_url}/rdap/"

    @property
    def terms(self) -> str:
        """Where the terms of service are."""
        return self.terms_url or f"{self.base_url}/rdap/help"

    @property
    def inaccuracy(self) -> str:
        """Where wrong data are reported."""
        return self.inaccuracy_url or f"{self.base_url}/rdap/help"

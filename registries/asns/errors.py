"""Errors about AS numbers."""

from registries.errors import RegistryError


class AutnumUnreadable(RegistryError):
    """A text is not an AS number or a range of them."""

    code = "autnum-unreadable"
    template = "{text} is no AS number: {reason}; write 64496, AS64496, 1.10 or 64496-64511"

"""Errors of the address side: what was given is no address, block or file, or a question cannot be answered."""

from registries.errors import RegistryError


class AddressError(RegistryError):
    """What was asked of addresses cannot be done."""

    code = "address"
    template = "{detail}"


class BlockUnreadable(AddressError):
    """A text is not an address, a prefix or a range."""

    code = "address-block-unreadable"
    template = "{text} is no block of addresses: {reason}; write 192.0.2.0/24, 2001:db8::/32 or first-last"


class ColumnMissing(AddressError):
    """A file has no column of addresses, or not the one that was named."""

    code = "address-column-missing"
    template = "{path} has no column {column}; it has {found}"


class FileUnreadable(AddressError):
    """A file of addresses cannot be read at all."""

    code = "address-file-unreadable"
    template = "{path} cannot be read as {kind}: {reason}"


class DelegatedFaulty(AddressError):
    """A delegated file breaks its own format, so that none of its rows is taken."""

    code = "delegated-file-faulty"
    template = "{path}: {count} faults; the first in line {line}: {reason} ({text})"


class DelegatedDigestDiffers(AddressError):
    """The md5 that came with a delegated file is that of another one."""

    code = "delegated-file-digest-differs"
    template = "{path} has md5 {found}, but {beside} says {expected}; fetch both again"


class NoRoom(AddressError):
    """A pool has no free place for a block of the size asked for."""

    code = "address-room-none"
    template = "no /{length} is free in {pool}: its largest free block is {largest}; ask for less or add to the pool"


class ReverseNamesFaulty(AddressError):
    """Name servers or signer records of a reverse delegation cannot be published."""

    code = "reverse-names-faulty"
    template = "{block}: {reason}; mend the delegation and send it again"

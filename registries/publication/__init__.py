"""What anybody may be told: resources that are held, by whom, and how their holders are reached about abuse.

One answer is built here and rendered by each protocol for itself. A reservation, a quarantine and the ground of
imported history are no registrations and are never told. Of a person nothing is told but that it is one; of an
organisation its name, and mail and telephone of its contacts for abuse, so that whoever is harmed reaches somebody.
"""

from registries.publication.resources import Party, PublicContact, Resource, resource_spaces
from registries.publication.reverse import ReverseZone, block_of_name, zone_at, zones_of

__all__ = [
    "Party",
    "PublicContact",
    "Resource",
    "ReverseZone",
    "block_of_name",
    "resource_spaces",
    "zone_at",
    "zones_of",
]

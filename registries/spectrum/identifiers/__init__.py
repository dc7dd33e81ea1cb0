"""Identifiers of the radio services: emission designators, MMSI, call signs; one module each.

Every module has the same four members: `parse` gives a value or raises an error that names the text and the rule that
it breaks, `is_valid` says whether a text is exactly the canonical form, `canonical` gives that form, `display` the one
for a reader. `parse(str(value)) == value` for every value.
"""

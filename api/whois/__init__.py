"""WHOIS (RFC 3912) in the style that users of number registries know: one line in, objects as text out, end.

`query` reads the line, `finding` asks the registries, `objects` writes what was found, `server` keeps the connections.
"""

"""RDAP for Internet numbers: RFC 7480, 7481, 9082, 9083, 9224; with 8521, 8977, 8982, 9536, 9537, 9910, NRO profile.

`queries` reads what is asked, `lookups` and `searches` ask the registries, `objects` and `entities` render what was
found, `answers` makes the document and the HTTP response of it, `routes` says which path is which.
"""

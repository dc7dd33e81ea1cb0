"""Antennas: patterns read from makers' files, and powers and gains whose reference is part of their type.

`levels` has dBi and dBd, EIRP and ERP; `patterns` is a pattern at every degree of both planes; `msi` and `nsma` read
and write the two file formats in use.
"""

"""Which services may use which frequencies, and how bands are cut into blocks and channels, as of a day.

`allocations` is the table of allocations with its checks; `importing` reads one from a file; `blocks` are the plans of
public mobile networks and who holds what; `rasters` are channel arrangements by rule.
"""

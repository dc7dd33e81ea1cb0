"""Assignments in and out: station lists of holders, the public registers of other countries, maps and notices.

`columns` is the shape in which all meet. `station_lists` reads CSV and Excel with Vietnamese or English headers; `uls`,
`rrl` and `tafl` read the public registers of the United States, Australia and Canada; `files` writes CSV, Parquet and
GeoJSON, `notices` text blocks for the Radiocommunication Bureau. Of every reader, rows in = rows out + rejected.
"""

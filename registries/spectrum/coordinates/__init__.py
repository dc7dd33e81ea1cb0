"""Places of stations: read as given, kept with their datum, told in WGS-84, and doubted where they look wrong.

`angles` reads and writes degrees, minutes and seconds; `frames` turns coordinates of a datum, geographic or in a grid,
into WGS-84 and back; `places` reads a whole place and finds what is wrong with it.
"""

"""Compiled loops over links with profiles; compiled when first called.

Links come as rows of a table of float64, profiles laid end to end with offsets, losses are written into an array of the
caller. Each kernel is called with one set of types, and gives what its plain twin gives for each link.
"""

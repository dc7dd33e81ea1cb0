"""Compiled loops over addresses; compiled when first called, so importing them costs nothing but numba itself.

No kernel calls another one and each is called with one set of types: text comes read-only, numbers too, results are
written into arrays of the caller.
"""

"""Compiled loops over the cells of the national grid; each has a plain twin in the module that calls it."""

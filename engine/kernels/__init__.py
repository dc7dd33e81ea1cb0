"""Compiled loops of the engine: framing of files, the identity index, the posterior."""

"""Carriers' files as they really are, read in chunks: rows as canonical text columns, rejects with their reasons."""

from engine.sources.chunks import REJECT_SCHEMA, Chunk, ChunkSpec, ParquetPart, Prepared, TextPart
from engine.sources.findings import REJECT_REASONS, SourceFinding, merged
from engine.sources.framing import Dialect
from engine.sources.preparing import CHUNK_ROWS, prepare, read_chunk, read_head
from engine.sources.profile import CarrierProfile, Limits, load_profile, parse_profile

__all__ = [
    "CHUNK_ROWS",
    "REJECT_REASONS",
    "REJECT_SCHEMA",
    "CarrierProfile",
    "Chunk",
    "ChunkSpec",
    "Dialect",
    "Limits",
    "ParquetPart",
    "Prepared",
    "SourceFinding",
    "TextPart",
    "load_profile",
    "merged",
    "parse_profile",
    "prepare",
    "read_chunk",
    "read_head",
]

"""Explain the verdict of one number of a finished run, field by field and in words."""

from engine.explain.evidence import CandidateEvidence, CodeMeaning, Explanation, FieldEvidence
from engine.explain.explaining import explain
from engine.explain.rereading import note_inputs

__all__ = ["CandidateEvidence", "CodeMeaning", "Explanation", "FieldEvidence", "explain", "note_inputs"]

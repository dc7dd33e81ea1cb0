"""Migrations of the schema, forward only: numbered, one dialect beside the other, never changed once released."""

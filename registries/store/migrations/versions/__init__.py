"""One module per step of the schema; its statements stand in `migrations/sql` under the same number."""

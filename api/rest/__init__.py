"""REST below /v1: what the ledger holds, and commands to it; problem documents of RFC 9457, OpenAPI 3.1."""

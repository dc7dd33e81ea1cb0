"""The form in which an identity number may be shown where its purpose does not need it whole."""


def mask(text: str) -> str:
    """Give `text` with all but a few characters starred: 3 and 2 are kept of eleven or more, 2 and 1 of fewer."""
    head, tail = (3, 2) if len(text) >= 11 else (2, 1)
    hidden = len(text) - head - tail
    return f"{text[:head]}{'*' * hidden}{text[-tail:]}" if hidden > 0 else "*" * len(text)

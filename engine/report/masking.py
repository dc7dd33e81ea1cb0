"""Subjects of findings as a report may show them: enough to look the matter up, not enough to know the person."""

_OWN_IDS = {"dealer", "point", "contract"}


def masked(subject_kind: str, subject: str) -> str:
    """Give a subject masked: the first three and last two signs of a person, token or number stay, of a short one two.

    Ids that the carrier made itself for a dealer, point or contract stay whole: they name no subscriber.
    """
    if subject_kind in _OWN_IDS:
        return subject
    if len(subject) < 9:
        return f"***{subject[-2:]}" if len(subject) > 4 else "***"
    return f"{subject[:3]}***{subject[-2:]}"

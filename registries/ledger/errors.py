"""Refusals of the ledger: a command was understood and is not done. Nothing is stored of a refused command.

LedgerError
├── Refusal                        a rule stands against the command
│   ├── SpaceUnknown · BoxOutsideSpace · BoxesOverlap · BoxesEmpty
│   ├── GrantUnknown · GrantExists · GrantState · GrantLevel · ClassForeign
│   ├── ClaimOverlaps · OutsideParent · ParentClosed · ChildrenRemain · NoRoom · NotHeld
│   ├── TermBackwards · TermOutsideParent · EffectInFuture · EffectBeforeChange
│   ├── HolderUnknown · HolderClosed · HolderExists · HolderSame · HolderHolds · IdentifierTaken · ContactUnknown
│   ├── OfficerMissing · ReasonMissing · NothingChanges · GrantsDiffer
│   └── KeyReused · EnvelopeIncomplete · TextUnwritable · NameUnfit · EntryTooLong
├── LedgerBusy                     other commands kept coming first; safe to send again
└── EventUnknown                   a stored event is of a kind or version that this program does not know
"""

from registries.errors import RegistryError


class LedgerError(RegistryError):
    """What was asked of the ledger cannot be done."""

    code = "ledger"
    template = "{detail}"


class Refusal(LedgerError):
    """A rule stands against the command; nothing of it was stored."""

    code = "ledger-refused"
    template = "{detail}"


class SpaceUnknown(Refusal):
    """No space of numbers, names or frequencies is declared under this name."""

    code = "ledger-space-unknown"
    template = "space {space} is not declared; declared are {known}"


class BoxOutsideSpace(Refusal):
    """Bounds are crossed, or lie outside of their space."""

    code = "ledger-box-outside-space"
    template = "{box} is no part of space {space}, which runs from {first} to {last}"


class BoxesOverlap(Refusal):
    """Two boxes of one command share a part."""

    code = "ledger-boxes-overlap"
    template = "{box} and {other} of the same command overlap; name every part once"


class BoxesEmpty(Refusal):
    """A command names no box."""

    code = "ledger-boxes-empty"
    template = "{command} names no box; name what it is about"


class GrantUnknown(Refusal):
    """There is no grant of this name."""

    code = "ledger-grant-unknown"
    template = "grant {grant_id} is not in the ledger"


class GrantExists(Refusal):
    """A grant of this name is there already."""

    code = "ledger-grant-exists"
    template = "grant {grant_id} is in the ledger already; leave its name out to have one given"


class GrantState(Refusal):
    """The state of a grant does not allow the command."""

    code = "ledger-grant-state"
    template = "grant {grant_id} is {state}; {command} needs {allowed}"


class GrantLevel(Refusal):
    """The level of a grant does not allow the command."""

    code = "ledger-grant-level"
    template = "grant {grant_id} is of level {level}; {command} needs {allowed}"


class ClassForeign(Refusal):
    """Space of one axis is given out in the class of its pool alone, so that what is free can be told."""

    code = "ledger-class-foreign"
    template = "space {space} has one class, exclusive; {exclusivity} claims can be made in a space of two axes only"


class ClaimOverlaps(Refusal):
    """The space asked for is taken, in the same class and at the same time."""

    code = "ledger-overlap"
    template = "{box} overlaps grant {grant_id} ({other}, {since}); choose space that is free, or end that grant first"


class OutsideParent(Refusal):
    """A part of the space asked for is not in the grant it is asked from."""

    code = "ledger-outside-parent"
    template = "{box} is not inside grant {parent_id} ({parent}); only space of that grant can be given out of it"


class ParentClosed(Refusal):
    """The grant that space is asked from gives none."""

    code = "ledger-parent-closed"
    template = "nothing can be given out of grant {parent_id}, which is {state}, level {level}"


class ChildrenRemain(Refusal):
    """Grants that stand on the space would lose their ground."""

    code = "ledger-children-remain"
    template = "grant {grant_id} still carries {child_id} ({child}); end or move what stands on it first"


class NoRoom(Refusal):
    """No free part is large enough."""

    code = "ledger-no-room"
    template = "grant {parent_id} has no free part for {wanted}; the largest free part is {largest}"


class NotHeld(Refusal):
    """A grant is asked to give up or split off what it does not hold."""

    code = "ledger-not-held"
    template = "{box} is not held by grant {grant_id} ({held})"


class TermBackwards(Refusal):
    """A term ends before it begins, or does not move."""

    code = "ledger-term-backwards"
    template = "the term of {grant_id} cannot run from {start} to {stop}; give a later end"


class TermOutsideParent(Refusal):
    """A grant would begin before or last longer than the grant it is given out of."""

    code = "ledger-term-outside-parent"
    template = "{start} to {stop} is not within the term of {parent_id}, {parent_start} to {parent_stop}"


class EffectInFuture(Refusal):
    """A change of what stands can be recorded when it has legal effect, not before."""

    code = "ledger-effect-in-future"
    template = "{command} is to take effect at {legal_at}, after now ({recorded_at}); send it then"


class EffectBeforeChange(Refusal):
    """A change would take effect before one that is recorded already: that is a correction."""

    code = "ledger-effect-before-change"
    template = "{command} at {legal_at} is before the change of {grant_id} at {last_at}; use a correction"


class HolderUnknown(Refusal):
    """There is no holder of this name."""

    code = "holder-unknown"
    template = "holder {holder_id} is not registered; register the holder first"


class HolderClosed(Refusal):
    """The holder has gone into another one, or has ended."""

    code = "holder-closed"
    template = "holder {holder_id} is {state}; name {successor}"


class HolderExists(Refusal):
    """A holder of this name or handle is there already."""

    code = "holder-exists"
    template = "{what} {value} belongs to holder {holder_id} already"


class HolderSame(Refusal):
    """A transfer names the holder who has the grant already."""

    code = "holder-same"
    template = "holder {holder_id} has grant {grant_id} already; name the one who receives it"


class HolderHolds(Refusal):
    """A holder that is to end still has something."""

    code = "holder-holds"
    template = "holder {holder_id} still has {count} grants, among them {grant_id}; return or transfer them first"


class IdentifierTaken(Refusal):
    """An identifier names another holder."""

    code = "holder-identifier-taken"
    template = "{scheme} {value} identifies holder {holder_id}; merge the two, or correct the number"


class ContactUnknown(Refusal):
    """A holder has no contact of this name."""

    code = "holder-contact-unknown"
    template = "holder {holder_id} has no contact {contact_id}"


class OfficerMissing(Refusal):
    """Four eyes are needed, and there are two."""

    code = "ledger-second-officer-missing"
    template = "{command} needs an approver who is not {actor}; a second officer has to approve it"


class ReasonMissing(Refusal):
    """A command that needs a reason comes without one."""

    code = "ledger-reason-missing"
    template = "{command} of {grant_id} comes without a reason; give the reason that will stand in the record"


class NothingChanges(Refusal):
    """The command asks for what is so already."""

    code = "ledger-nothing-changes"
    template = "{command} changes nothing of {grant_id}: {detail}"


class AttributeFixed(Refusal):
    """What says where a grant comes from is no description that can be changed."""

    code = "ledger-attribute-fixed"
    template = "{name} of {grant_id} says where the grant comes from and is not changed; correct the grant instead"


class GrantsDiffer(Refusal):
    """Grants can be merged only where they are alike."""

    code = "ledger-grants-differ"
    template = "grants {grant_id} and {other_id} differ in {what} ({value}, {other}); make them alike before merging"


class KeyReused(Refusal):
    """An idempotency key came before with another body."""

    code = "ledger-key-reused"
    template = "idempotency key {key} was used for another command (entry {entry_id}); take a new key for a new command"


class EnvelopeIncomplete(Refusal):
    """The envelope of a command lacks what every event must say."""

    code = "ledger-envelope-incomplete"
    template = "the envelope says no {field}; every entry of the ledger says who, for whom, why and under which key"


class TextUnwritable(Refusal):
    """A text cannot be written as UTF-8, so it has no canonical bytes."""

    code = "ledger-text-unwritable"
    template = "a text of {command} has no UTF-8 form ({detail}); send whole characters"


class NameUnfit(Refusal):
    """A name that somebody wants for a grant or holder cannot be one."""

    code = "ledger-name-unfit"
    template = "{name!r} cannot be a name; use at most 64 ASCII letters, digits, '-', '_', '.' and ':'"


class EntryTooLong(Refusal):
    """The entry of a command would not fit into a bundle of the evidence log."""

    code = "ledger-entry-too-long"
    template = "{command} makes an entry of {length} bytes, the evidence log takes {limit}; send it in parts"


class LedgerBusy(LedgerError):
    """Other commands changed the same grants again and again before this one."""

    code = "ledger-busy"
    template = "{command} met {attempts} newer changes of the same grants; send it again with the same idempotency key"


class EventUnknown(LedgerError):
    """A stored event is of a kind or version that this program does not know."""

    code = "ledger-event-unknown"
    template = "stored event {kind} version {version} is not known; known are {known}; install the newer program"

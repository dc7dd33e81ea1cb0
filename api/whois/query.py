"""One line of WHOIS: flags as number registries have them, then what is asked for."""

from dataclasses import dataclass
from typing import Final

from api.refusals import QuestionUnreadable, QuestionUnsupported

LONGEST: Final = 512
"""Bytes of a line; what is longer is not read."""
TYPES: Final = ("inetnum", "inet6num", "aut-num", "as-block", "organisation", "role", "domain")
_SWITCHES: Final = frozenset("rBMmLlxGa")
_VALUED: Final = frozenset("iTsV")
_INVERSE: Final = ("org",)
HELP: Final = """\
% Cách hỏi · How to ask:
%   198.18.0.1  198.18.0.0/24  198.18.0.0 - 198.18.0.255  2001:db8::1  AS64496  MÃ-CHỦ-THỂ · HANDLE
%   0.18.198.in-addr.arpa
%   -r  không kèm chủ thể · without organisations and roles
%   -B  không lược bớt · unfiltered, so far as it is published
%   -x  đúng khối ấy · exact match only
%   -L  -l  mọi khối bao ngoài, khối ngay ngoài · all less specific, the next one
%   -M  -m  mọi khối bên trong, khối ngay trong · all more specific, the next ones
%   -i org MÃ · HANDLE  tài nguyên của chủ thể · what an organisation holds
%   -T inetnum,aut-num  chỉ các loại ấy · these types only
"""


@dataclass(frozen=True, slots=True)
class Query:
    """What a line asks for. `scope` is one of "", x, L, l, M, m; `inverse` an attribute; `types` empty is all."""

    text: str
    recursive: bool = True
    filtered: bool = True
    scope: str = ""
    inverse: str = ""
    types: frozenset[str] = frozenset()

    def wants(self, kind: str) -> bool:
        """Whether objects of a type are asked for."""
        return not self.types or kind in self.types


def read_query(line: bytes) -> Query:
    """Read a line.

    Raises:
        QuestionUnreadable: It is empty, no UTF-8, holds control characters, or a flag lacks its value.
        QuestionUnsupported: A flag, attribute or type is not known.
    """
    words = _words(line)
    flags, values = "", dict[str, str]()
    while words and words[0].startswith("-") and len(words[0]) > 1:
        letters = words.pop(0)[1:]
        for place, letter in enumerate(letters):
            if letter in _VALUED:
                values[letter] = letters[place + 1 :] or (words.pop(0) if words else "")
                if not values[letter]:
                    raise QuestionUnreadable(
                        text=f"-{letter}", kind="cờ · flag", reason="nó cần giá trị · it needs a value"
                    )
                break
            if letter not in _SWITCHES:
                raise QuestionUnsupported(text=f"-{letter}", answered="help")
            flags += letter
    text = " ".join(words)
    if not text:
        raise QuestionUnreadable(text="(trống · empty)", kind="câu hỏi · query", reason="help")
    inverse = values.get("i", "")
    if inverse and inverse not in _INVERSE:
        raise QuestionUnsupported(text=f"-i {inverse}", answered=f"-i {', '.join(_INVERSE)}")
    types = frozenset(kind for kind in values.get("T", "").lower().split(",") if kind)
    if not types <= set(TYPES):
        raise QuestionUnsupported(text=f"-T {values['T']}", answered=f"-T {','.join(TYPES)}")
    scopes = [letter for letter in flags if letter in "xLlMm"]
    if len(set(scopes)) > 1:
        raise QuestionUnreadable(text=f"-{''.join(scopes)}", kind="cờ · flags", reason="chỉ một · one of x L l M m")
    return Query(text, "r" not in flags, "B" not in flags, scopes[0] if scopes else "", inverse, types)


def _words(line: bytes) -> list[str]:
    try:
        text = line.decode("utf-8").strip()
    except UnicodeDecodeError as cause:
        raise QuestionUnreadable(text="(…)", kind="UTF-8", reason=f"byte {cause.start}") from cause
    if not text.replace("\t", " ").isprintable():
        reason = "có ký tự điều khiển · it holds control characters"
        raise QuestionUnreadable(text="(…)", kind="câu hỏi · query", reason=reason)
    return text.split()

"""Text as two systems compare it, and text without what nobody can see."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_APOSTROPHES: Final = "\u2018\u2019\u201a\u201b\u02b9\u02bb\u02bc\u02bd\u02c8\u2032\u2035\u00b4\u0060\uff07\u05f3\ua78c"
_DASHES_BESIDE_PD: Final = "\u2212\u2043\u207b\u208b\u02d7"
"""Minus signs and the hyphen bullet; the other dashes are of the category Pd."""
_FOLDED: Final = str.maketrans(dict.fromkeys(_APOSTROPHES, "'") | dict.fromkeys(_DASHES_BESIDE_PD, "-"))
_ESCAPE: Final = re.compile(r"_x([0-9a-fA-F]{4})_")
_YES: Final = frozenset({"y", "yes", "true", "1"})
_NO: Final = frozenset({"n", "no", "false", "0"})
_SURROGATE_PAIR: Final = re.compile("[\ud800-\udbff][\udc00-\udfff]")


def match_key(*parts: str | None) -> str:
    """Return the text that two names are compared by. The sync and the import both use it, and nothing else.

    NFKC, letter case folded, white space collapsed, characters that cannot be seen left out, typographic apostrophes
    and dashes as typed on a keyboard. Several parts (first and last name) are joined by a space before that, so it does
    not matter where they are split.
    """
    text = " ".join(part or "" for part in parts)
    if text.isascii():
        return " ".join(without_invisible(text).replace("`", "'").lower().split())
    # An acute accent that stands for an apostrophe would be parted into a space and a combining mark by NFKC.
    text = text.translate(_FOLDED)
    text = unicodedata.normalize("NFKC", without_invisible(text)).translate(_FOLDED)
    text = "".join("-" if unicodedata.category(character) == "Pd" else character for character in text)
    # Folding can undo the normal form (U+0345 and the like), so it is normalised again.
    return " ".join(unicodedata.normalize("NFKC", text.casefold()).split())


def without_invisible(text: str) -> str:
    """Return a text without characters of the categories Cc and Cf: a space for white space, nothing for the others."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        character if unicodedata.category(character) not in {"Cc", "Cf", "Cs"} else " " if character.isspace() else ""
        for character in text.replace("\r\n", "\n")
    )


def yes_or_no(text: str | None) -> bool | None:
    """Return what a word says: Y or N, Yes or No, true or false, 1 or 0; None where it is none of them."""
    key = match_key(text)
    return True if key in _YES else False if key in _NO else None


def unescaped(text: str) -> str:
    """Return a workbook's text with its escapes `_xHHHH_` resolved (ECMA-376 part 1, 22.9.2.19, ST_Xstring).

    An escape that was escaped once more is resolved as well where a character that cannot be seen comes out: programs
    that do not know the escapes carry `_x005F_x000D_` from one file into the next.
    """
    if "_x" not in text:
        return text
    resolved = _ESCAPE.sub(lambda escape: chr(int(escape[1], 16)), text)
    resolved = _SURROGATE_PAIR.sub(lambda pair: pair[0].encode("utf-16", "surrogatepass").decode("utf-16"), resolved)
    return _ESCAPE.sub(_invisible_only, resolved)


def _invisible_only(escape: re.Match[str]) -> str:
    character = chr(int(escape[1], 16))
    return character if unicodedata.category(character) in {"Cc", "Cf"} else escape[0]

"""Cleaning what people write, the same for pages, the API and imports.

Every sign of every language may stand in a name. What is folded or dropped are signs that nobody sees and that come
along with copies from web pages, Word and phones; what is refused are signs that change how the rest is read.
"""

from __future__ import annotations

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# Joiners: part of the spelling of Persian, Sinhala, Bengali and more, and of emoji that are drawn as one.
_JOINERS = "\u200c\u200d"
# Format signs (Cf) that are seen: numbers and verses in Arabic, Syriac and Kaithi.
_SEEN = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")
# Letters and signs that are drawn as nothing: fillers of Hangul, the empty Braille cell.
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800")
_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_LINE_BREAKS = frozenset("\n\r\v\f\x85\u2028\u2029")
_REFUSED = frozenset({"Cc", "Cs", "Zl", "Zp"})
_FLAG_OF_A_PART = re.compile("\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]+\U000e007f")
_TAGS = re.compile("[\U000e0001-\U000e007f]+")


def clean_line(text: str) -> str:
    """One line as it is kept: every space is a plain one, invisible signs that mean nothing are gone.

    Raises ValidationError `hidden_characters`, which names the sign, for line breaks, control characters and
    direction overrides.
    """
    return _cleaned(text, keep="").strip()


def clean_text(text: str) -> str:
    """A text of several lines, by the same rule; line breaks and tabs stay. Raises ValidationError as `clean_line`."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n\n")
    return _cleaned(plain, keep="\n\t").strip()


def shown_line(text: str) -> str:
    """A text from elsewhere, such as a file's name, as one line: what `clean_line` refuses is left out."""
    return clean_line("".join(sign for sign in text if not _is_refused(sign)))


def _cleaned(text: str, *, keep: str) -> str:
    if refused := next((sign for sign in text if sign not in keep and _is_refused(sign)), None):
        raise ValidationError(
            _("%(sign)s (%(code)s) cannot stand here. Please take it out."),
            params={"sign": _called(refused), "code": f"U+{ord(refused):04X}"},
            code="hidden_characters",
        )
    flags = set(_FLAG_OF_A_PART.findall(text))
    if flags:
        text = _TAGS.sub(lambda tags: tags[0] if any(flag[1:] == tags[0] for flag in flags) else "", text)
    else:
        text = _TAGS.sub("", text)
    folded = "".join(map(_folded, text))
    return _without_stray_joiners(folded)


def _is_refused(sign: str) -> bool:
    return sign in _OVERRIDES or unicodedata.category(sign) in _REFUSED


def _folded(sign: str) -> str:
    if unicodedata.category(sign) == "Zs" or sign in _BLANK:
        return " "
    kept = sign in _JOINERS or sign in _SEEN or "\U000e0001" <= sign <= "\U000e007f"
    return "" if unicodedata.category(sign) == "Cf" and not kept else sign


def _without_stray_joiners(text: str) -> str:
    """Joiners stand between two signs; elsewhere they are remains of a copy."""
    return re.sub("^[\u200c\u200d]+|(?<=\\s)[\u200c\u200d]+|[\u200c\u200d]+(?=\\s|$)", "", text)


def _called(sign: str) -> str:
    """What a person would call it."""
    if sign in _LINE_BREAKS:
        return _("A line break")
    if sign == "\t":
        return _("A tab")
    if sign in _OVERRIDES:
        return _("A sign that turns the direction of writing")
    return _("A control character")


# Letters that Unicode does not take apart into a plain one and its marks: of West Africa, the Nordic countries, Poland,
# Turkey and Croatia. The SQL function `banibs_fold` has the same; a test holds them together.
_PLAIN = str.maketrans(
    dict(zip("ɔɛɖɗɓƒɣŋɩʋƙƴŧøłđħıəǝς", "oeddbfgniukytoldhieeσ", strict=True))
    | dict.fromkeys("ʼ’‘ʻʹ", "'")
    | {"ß": "ss", "æ": "ae", "œ": "oe", "þ": "th"}
)
_MARKS = re.compile(
    "[\u0300-\u036f\u0640\u064b-\u065f\u0670\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\u00ad\u200b-\u200f\u2060\ufeff]"
)


def fold(text: str) -> str:
    """Text as it is searched and compared: small letters without accents, joiners and letters of their own spelling."""
    return _MARKS.sub("", unicodedata.normalize("NFKD", text).lower()).translate(_PLAIN)

"""People write their names as they are spelt; what nobody sees is folded or dropped, what misleads is refused by name."""

import unicodedata

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from banibs.core.text import clean_line, clean_text, fold, shown_line


@pytest.mark.parametrize(
    "name",
    [
        "علی\u200cرضا کریمی",
        "Ann👩\u200d👧",
        "王",
        "ሰላም ተስፋዬ",
        "D’Alessandro O'Brien",
        "Ọláyínká",
        unicodedata.normalize("NFD", "Ọláyínká"),
        "ක්\u200dෂ",
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "\u0600\u0661",
    ],
)
def test_what_belongs_to_a_spelling_stays(name: str) -> None:
    assert clean_line(name) == name


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Ann\u00a0Lee", "Ann Lee"),
        ("12\u202frue\u3000de l’Église", "12 rue de l’Église"),
        ("co\u00adoperate", "cooperate"),
        ("a\u200bb\ufeff\u200e\u200f\u061c\u2060", "ab"),
        ("\u200dAnn\u200c ", "Ann"),
        ("Ann \u200d Lee", "Ann  Lee"),
        ("Ann\U000e0067", "Ann"),
        ("\u3164\u2800", ""),
        ("\u200b", ""),
    ],
)
def test_what_nobody_sees_is_folded_or_dropped(typed: str, kept: str) -> None:
    assert clean_line(typed) == kept


@pytest.mark.parametrize(
    ("sign", "named"),
    [
        ("\n", "A line break (U+000A)"),
        ("\u2028", "A line break (U+2028)"),
        ("\t", "A tab (U+0009)"),
        ("\x07", "A control character (U+0007)"),
        ("\x9f", "A control character (U+009F)"),
        ("\u202e", "A sign that turns the direction of writing (U+202E)"),
        ("\u2066", "A sign that turns the direction of writing (U+2066)"),
        ("\ud800", "A control character (U+D800)"),
    ],
)
def test_what_changes_how_the_rest_is_read_is_refused_by_name(sign: str, named: str) -> None:
    with pytest.raises(ValidationError) as refused:
        clean_line(f"a{sign}b")

    assert refused.value.code == "hidden_characters"
    assert refused.value.messages == [f"{named} cannot stand here. Please take it out."]
    assert shown_line(f"a{sign}b") == "ab"


def test_a_text_keeps_its_lines() -> None:
    assert clean_text("One\r\ntwo\u00a0three\u2029\tfour\u200b") == "One\ntwo three\n\n\tfour"
    with pytest.raises(ValidationError, match="turns the direction"):
        clean_text("a\u202eb")


@pytest.mark.django_db
def test_python_and_the_database_fold_alike() -> None:
    letters = [
        chr(code)
        for first, last in (
            (0x20, 0x600),
            (0x600, 0x700),
            (0x900, 0x1000),
            (0x1E00, 0x2070),
            (0x3040, 0x3100),
        )
        for code in range(first, last)
        if unicodedata.category(chr(code)) not in ("Cn", "Cc")
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT letter, banibs_fold('a' || letter) FROM unnest(%s::text[]) AS letter", [letters]
        )
        differ = {letter: folded for letter, folded in cursor.fetchall() if fold(f"a{letter}") != folded}

    assert differ == {}


@pytest.mark.parametrize(
    ("typed", "same"),
    [
        ("Médina", "medina"),
        (unicodedata.normalize("NFD", "Médina"), "medina"),
        ("Oṣù", "osu"),
        ("Abɔdwe", "abodwe"),
        ("Kɛntɛ", "kente"),
        ("ƁOƊƊO", "boddo"),
        ("Straße", "strasse"),
        ("Ŋɔ́ŋ", "non"),
        ("کلاه\u200cها", "کلاهها"),
    ],
)
def test_spellings_of_one_word_are_one(typed: str, same: str) -> None:
    assert fold(typed) == same

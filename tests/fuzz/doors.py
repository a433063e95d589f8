"""The parsers of what comes from outside: what is thrown at each, what it may answer, and what must be true then.

A door is called with a value and ends in one of three ways: it returns (and its promise holds), it raises the refusal
that its caller turns into an answer, or it has a fault. Values are drawn around what is right: a wrong one that is
refused at the first sign reaches nothing.
"""

from __future__ import annotations

import base64
import contextlib
import csv
import io
import json
import time
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.test import RequestFactory
from hypothesis import strategies as st
from PIL import Image
from rest_framework.exceptions import ParseError
from rest_framework.request import Request

from banibs.core import money
from banibs.core.api.errors import Refused
from banibs.core.api.pagination import KeysetPage
from banibs.core.api.parser import StrictJSONParser
from banibs.core.security.card_numbers import has_card_number
from banibs.core.ui import csv_files
from banibs.users.addresses import address_formats, address_rules
from banibs.users.user_agents import browser_name
from marketplace import policy
from marketplace.catalogue import filters, product_list, search
from marketplace.media import digital_files, file_responses, image_uploads
from marketplace.sellers import rich_text
from payments import policy as payments_policy
from payments.gateways.stripe import stripe_events
from payments.webhooks import receive

CURRENCIES = ("USD", "GBP", "EUR", "XOF", "NGN", "KWD")
# Signs on which parsers break: the ends of ranges, of blocks, of lines, of escapes; digits that are none to a machine.
SIGNS = "\x00\t\r\n\x1b\x7f\x85\xa0\u200b\u202e\u2028\ud800\udfff\ufeff\uffff\U0001f9fa٣１＝+-=@\"'\\/%&;:,.<>[]{}()_*#"
TEXTS = st.one_of(
    st.text(max_size=60),
    st.text(alphabet=SIGNS + "aZ09 ", max_size=60),
    st.sampled_from(
        ["", " ", "9" * 310, "9" * 5_000, "[" * 58, "../" * 9, "%00", "=1+1", "１２", "1e999", "NaN"]
    ),
)
ENCODABLE = st.text(alphabet=st.characters(codec="utf-8"), max_size=60)
NUMBERS = st.one_of(
    st.integers().map(str),
    st.integers(min_value=0, max_value=5_000).map(lambda size: "9" * size),
    st.sampled_from(["", "-0", "0" * 400, "1_0", "+1", " 1", "1.0", "1e3", "٣", str(2**63), str(2**64)]),
)
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), TEXTS),
    lambda inside: st.one_of(st.lists(inside, max_size=4), st.dictionaries(TEXTS, inside, max_size=4)),
    max_leaves=12,
)


@dataclass(frozen=True)
class Door:
    """A parser: what it is given, how it is entered, how it refuses. `cost` is how many times dearer than a plain one."""

    name: str
    given: st.SearchStrategy[Any]
    enter: Callable[[Any], None]
    refusals: tuple[type[Exception], ...] = ()
    cost: int = 1

    def try_once(self, value: Any) -> None:
        """Raises whatever is no refusal, and AssertionError where a promise does not hold."""
        try:
            self.enter(value)
        except self.refusals:
            return


# ---- Stripe's webhooks
def _signature(value: tuple[bytes, str]) -> None:
    stripe_events.verify_webhook(value[0], header=value[1], secrets=["whsec_a", "whsec_b"])
    raise AssertionError("a signature was guessed")


SIGNATURES = st.one_of(
    TEXTS,
    st.lists(
        st.one_of(
            NUMBERS.map(lambda number: f"t={number}"),
            st.just(f"t={int(time.time())}"),
            TEXTS.map(lambda text: f"v1={text}"),
            st.from_regex(r"v[01]=[0-9a-f]{64}", fullmatch=True),
            TEXTS,
        ),
        max_size=4,
    ).map(",".join),
)


def _event(body: bytes) -> None:
    event = receive.parse(body)
    kept = json.loads(event.text)
    assert len(body) > payments_policy.WEBHOOK_MOST_BYTES or isinstance(kept["data"]["object"], dict)
    assert not receive.UNHOLDABLE.search(json.dumps(kept, ensure_ascii=False).replace("\\u0000", "\x00"))


_HEAD = {"object": "event", "id": "evt_1", "type": "charge.succeeded"}
EVENTS = st.tuples(
    st.dictionaries(st.sampled_from(["account", "livemode", "created", "id", "type"]), JSON, max_size=1), JSON
).map(
    lambda drawn: json.dumps(
        _HEAD | drawn[0] | {"data": {"object": {"id": "ch_1", "name": drawn[1]}}}
    ).encode()
)


@st.composite
def bent(draw: st.DrawFn, whole: st.SearchStrategy[bytes]) -> bytes:
    """Bytes that were right, with a piece cut out, repeated or overwritten."""
    body = draw(whole)
    for _ in range(draw(st.integers(0, 3))):
        at, size = draw(st.integers(0, len(body))), draw(st.integers(0, 12))
        put = draw(st.one_of(st.binary(max_size=12), st.just(body[at : at + size] * 2)))
        body = body[:at] + put + body[at + size :]
    return body


# ---- addresses of pages, and of lists
def _query(value: tuple[str, str]) -> None:
    query, currency = QueryDict(value[0], encoding="utf-8"), value[1]
    asked = filters.read(query, currency)
    assert (
        filters.read(QueryDict(asked.query()), currency).filters == asked.filters
    )  # a link leads to where it stands
    for name in ("before", "after"):
        for sort in filters.SORTS:
            product_list.cursor_of(query.get(name, ""), sort=sort, backwards=name == "before")
    assert len(search.cleaned(query.get("q", ""))) <= policy.SEARCH_MOST_CHARACTERS


NAMES = (
    "q",
    "kind",
    "country",
    "min_price",
    "max_price",
    "in_stock",
    "free_delivery",
    "sort",
    "before",
    "after",
)
QUERIES = st.tuples(
    st.lists(
        st.tuples(st.one_of(st.sampled_from(NAMES), ENCODABLE), st.one_of(NUMBERS, ENCODABLE)), max_size=6
    ).map(lambda pairs: "&".join(f"{name}={value}" for name, value in pairs)),
    st.sampled_from(CURRENCIES),
)


def _cursor(text: str) -> None:
    request = Request(RequestFactory().get("/api/v1/orders/", {"cursor": text, "limit": text}))
    pages = KeysetPage()
    for read in (pages.decode_cursor, pages.get_page_size):
        with contextlib.suppress(Refused):
            read(request)


CURSORS = st.one_of(
    ENCODABLE,
    NUMBERS,
    st.tuples(st.sampled_from("opr"), NUMBERS).map(lambda part: _base64(f"{part[0]}={part[1]}")),
    st.lists(st.tuples(st.sampled_from("opr"), ENCODABLE), max_size=4).map(
        lambda parts: _base64("&".join(f"{name}={value}" for name, value in parts))
    ),
)


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


# ---- files
def _range(value: tuple[str, int]) -> None:
    header, size = value
    found = file_responses.wanted_range(header, size)
    assert found is None or 0 <= found[0] <= found[1] < size


RANGES = st.tuples(
    st.one_of(
        st.tuples(NUMBERS, NUMBERS).map(lambda ends: f"bytes={ends[0]}-{ends[1]}"),
        st.tuples(st.integers(0, 99), st.integers(0, 99)).map(lambda ends: f"bytes={ends[0]}-{ends[1]}"),
        TEXTS,
    ),
    st.integers(min_value=0, max_value=2**33),
)


def _file_name(text: str) -> None:
    shown, sent = digital_files.name_of(text), file_responses.clean(text)
    assert len(shown) <= policy.FILE_NAME_MOST_CHARACTERS
    assert sent
    for name in (shown, sent):
        assert not set(name) & set("/\\\r\n\x00")
        assert not any(unicodedata.category(sign) in ("Cc", "Cf", "Cs") for sign in name)


def _picture(body: bytes) -> None:
    made = Image.open(
        io.BytesIO(image_uploads.square(SimpleUploadedFile("a.jpg", body), side=32)), formats=["WEBP"]
    )
    assert made.size == (32, 32)


def _drawn(kind: str, mode: str) -> bytes:
    file = io.BytesIO()
    Image.radial_gradient("L").resize((200, 200)).convert(mode).save(file, kind)
    return file.getvalue()


PICTURES = st.sampled_from(
    [
        _drawn(kind, mode)
        for kind, mode in (
            ("JPEG", "RGB"),
            ("JPEG", "L"),
            ("JPEG", "CMYK"),
            ("PNG", "RGBA"),
            ("PNG", "P"),
            ("PNG", "1"),
            ("PNG", "LA"),
            ("PNG", "I;16"),
            ("WEBP", "RGB"),
            ("WEBP", "RGBA"),
            ("GIF", "P"),
        )
    ]
)


def _csv(cells: list[str]) -> None:
    (row,) = csv.reader(io.StringIO("".join(csv_files.lines([cells])), newline=""))
    assert [cell.removeprefix("'") for cell in row] == [cell.removeprefix("'") for cell in cells]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row)


# ---- what people type
LINES = ("name", "line1", "line2", "city", "region", "postcode", "phone")


def _address(value: tuple[dict[str, str], str]) -> None:
    lines, country = value
    cleaned = address_rules.clean_lines(lines, country=country)
    assert all(text.isprintable() for text in cleaned.values())
    address_formats.label({**dict.fromkeys(LINES, ""), **cleaned, "country": country})


def _money(value: tuple[str, str]) -> None:
    text, currency = value
    found = money.parse(text, currency)
    assert 0 <= found.amount <= money.MAX_AMOUNT
    assert money.parse(found.plain, currency) == found
    assert money.parse(found.format("en-gb"), currency) == found


AMOUNTS = st.one_of(
    TEXTS,
    NUMBERS,
    st.decimals(min_value=0, max_value=10**17, places=3).map(str),
    st.tuples(st.sampled_from(["$", "£", "USD ", "F CFA ", "€", "₦"]), NUMBERS).map("".join),
    st.integers(0, 10**18).map(lambda number: f"{number:,}"),
)


def _json(body: bytes) -> None:
    StrictJSONParser().parse(io.BytesIO(body))


def _rich_text(text: str) -> None:
    clean = rich_text.clean(text)
    assert rich_text.clean(clean) == clean
    assert "<script" not in clean.lower()
    rich_text.to_text(clean)


MARKUP = st.lists(
    st.one_of(
        ENCODABLE,  # half a character is refused before, by the field, or read as U+FFFD
        st.sampled_from(
            ["<b>", "</b>", "<a href='", "'>", "<script>", "<svg/onload=x>", "<!--", "]]>", "&#0;", "&lt;"]
        ),
    ),
    max_size=8,
).map("".join)


def _texts(text: str) -> None:
    has_card_number(text)
    browser_name(text)


DOORS = (
    Door(
        "signature", st.tuples(st.binary(max_size=40), SIGNATURES), _signature, (stripe_events.BadSignature,)
    ),
    Door("event", st.one_of(EVENTS, bent(EVENTS), st.binary(max_size=200)), _event, (receive.Rejected,), 2),
    Door("query", QUERIES, _query, cost=2),
    Door("cursor", CURSORS, _cursor, cost=2),
    Door("range", RANGES, _range, (ValueError,)),
    Door("file name", st.one_of(TEXTS, TEXTS.map(lambda text: text * 20)), _file_name),
    Door("picture", bent(PICTURES), _picture, (image_uploads.UnsupportedImage,), 20),
    Door("spreadsheet", st.lists(ENCODABLE, min_size=1, max_size=4), _csv),
    Door(
        "address",
        st.tuples(
            st.dictionaries(st.sampled_from(LINES), st.one_of(TEXTS, NUMBERS)),
            st.sampled_from([code for code, _name in address_formats.countries()]),
        ),
        _address,
        (ValidationError,),
        2,
    ),
    Door("money", st.tuples(AMOUNTS, st.sampled_from(CURRENCIES)), _money, (money.InvalidAmount,)),
    Door(
        "JSON",
        st.one_of(JSON.map(lambda value: json.dumps(value).encode()), st.binary(max_size=200)),
        _json,
        (ParseError, Refused),
    ),
    Door("rich text", MARKUP, _rich_text, cost=4),
    Door("user agent", TEXTS, _texts),
)

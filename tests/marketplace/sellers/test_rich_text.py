"""What sellers write is printed as HTML, and nothing but what the allowlist holds."""

import pytest

from marketplace.sellers import rich_text

TYPED = """Woven by **six hands** in Bolgatanga.
From *elephant grass*.

## Care

- Brush it dry
- Mist the rim, see [our guide](https://example.com/care)

> Made to be used."""


def test_a_few_signs_make_paragraphs_lists_and_links() -> None:
    html = rich_text.from_text(TYPED)

    assert html == (
        "<p>Woven by <strong>six hands</strong> in Bolgatanga.<br>From <em>elephant grass</em>.</p><h3>Care</h3>"
        "<ul><li>Brush it dry</li><li>Mist the rim, see "
        '<a href="https://example.com/care" rel="nofollow ugc noopener">our guide</a></li></ul>'
        "<blockquote>Made to be used.</blockquote>"
    )
    assert rich_text.to_text(html) == TYPED
    assert rich_text.from_text(rich_text.to_text(html)) == html


@pytest.mark.parametrize(
    "hostile",
    [
        "<p>x</p><script>alert(1)</script>",
        "<p onclick=alert(1)>x</p>",
        "<p>x<img src=x onerror=alert(1)></p>",
        "<p><a href='javascript:alert(1)'>x</a></p>",
        "<p><a href='data:text/html,<script>alert(1)</script>'>x</a></p>",
        "<p><a href='//evil.example'>x</a></p>",
        "<p><a href='http://evil.example'>x</a></p>",
        "<p><a href='HTTPS:evil'>x</a></p>",
        "<p><math><style><img src=x onerror=alert(1)></style></math>x</p>",
        "<p><svg><a xlink:href='javascript:alert(1)'>x</a></svg></p>",
        "<p>x</p><iframe src=https://evil.example></iframe><style>*{display:none}</style>",
        '[x](javascript:alert(1)) [y](//evil.example) [z](https://"onmouseover=alert(1))',
    ],
)
def test_nothing_that_runs_loads_or_leads_astray_comes_through(hostile: str) -> None:
    html = rich_text.from_text(hostile).lower()

    for bad in (
        "<script",
        "onerror=",
        "<img",
        'href="j',
        'href="d',
        'href="/',
        'href="http:',
        "<style",
        "<iframe",
        "<svg",
        "<math",
    ):
        assert bad not in html
    assert "<p>" in html


def test_plain_signs_of_less_and_more_are_text() -> None:
    assert (
        rich_text.from_text("5 < 6 & 7 > 3 {{ 7*7 }} {% debug %}")
        == "<p>5 &lt; 6 &amp; 7 &gt; 3 {{ 7*7 }} {% debug %}</p>"
    )

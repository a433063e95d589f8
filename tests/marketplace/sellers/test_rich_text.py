"""What sellers write is printed as HTML, and nothing but what the allowlist holds."""

import time

import pytest

from marketplace import policy
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


@pytest.mark.parametrize(
    ("typed", "html"),
    [
        ("# a", "<p># a</p>"),
        ("### a", "<p>### a</p>"),
        ("1. a\n2. b", "<p>1. a<br>2. b</p>"),
        ("* a\n+ b", "<p>* a<br>+ b</p>"),
        ("---", "<p>---</p>"),
        ("`code`", "<p>`code`</p>"),
        ("    a\n    b", "<p>a<br>b</p>"),
        ("a_b_c and __init__", "<p>a_b_c and __init__</p>"),
        ("\\*a\\* &amp; <b>c</b>", "<p>\\<em>a\\</em> &amp;amp; &lt;b&gt;c&lt;/b&gt;</p>"),
        ("![a](https://example.com/a.png)", '<p>!<a href="https://example.com/a.png" rel="nofollow ugc noopener">a</a></p>'),
        ('[a](https://example.com "t")', '<p><a href="https://example.com" rel="nofollow ugc noopener">a</a></p>'),
        ("[a](http://example.com)", "<p>[a](http://example.com)</p>"),
        ("[a](https:///example.com)", "<p>[a](https:///example.com)</p>"),
        ("- a\n- b\n\n- c", "<ul><li>a</li><li>b</li><li>c</li></ul>"),
        ("> a\n>\n> b", "<blockquote>a<br>b</blockquote>"),
        ("5*3*2", "<p>5<em>3</em>2</p>"),
    ],
)  # fmt: skip
def test_no_other_sign_of_markdown_is_one(typed: str, html: str) -> None:
    assert rich_text.from_text(typed) == html
    assert rich_text.from_text(rich_text.to_text(html)) == html


@pytest.mark.parametrize(
    "sign", ["*", "[", "[a](", "> ", "- a\n", "**a", "*a **b ", "[a](https://a", "_", "]("]
)
def test_a_wall_of_signs_is_read_in_good_time(sign: str) -> None:
    began = time.process_time()
    rich_text.from_text(sign * (policy.RICH_TEXT_MOST_CHARACTERS // len(sign)))
    assert time.process_time() - began < 5

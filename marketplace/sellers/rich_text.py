"""Text that sellers write, made safe to print as HTML: a short allowlist, links by https alone, no pictures.

A seller types plain paragraphs with a few signs: "## " makes a heading, "- " a list, **strong**, *emphasis*,
[words](https://…) a link. Pasted HTML is taken too. Both go through the same allowlist (docs "Faults", Hostile input).
"""

from __future__ import annotations

import re
from html import escape
from html.parser import HTMLParser

import nh3

TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "h3", "blockquote", "a"}


def clean(html: str) -> str:
    """Only what the allowlist holds; links lead out by https, unfollowed, never to `//host` or a script."""
    return nh3.clean(
        html,
        tags=TAGS,
        attributes={"a": {"href"}},
        url_schemes={"https"},
        attribute_filter=_attribute,
        link_rel="nofollow ugc noopener",
        strip_comments=True,
    )


def _attribute(_tag: str, name: str, value: str) -> str | None:
    leads_out = re.match(r"https://[^/\s]", value)
    return value if name != "href" or leads_out else None


_BLOCK = re.compile(r"<(?:p|ul|ol|h[1-6]|blockquote|div)\b", re.IGNORECASE)
_INLINE = (
    (re.compile(r"\*\*(\S(?:.*?\S)?)\*\*"), r"<strong>\1</strong>"),
    (re.compile(r"\*(\S(?:[^*]*?\S)?)\*"), r"<em>\1</em>"),
    (re.compile(r"\[([^\[\]]{1,200})\]\((https://[^\s()\"<>]{1,500})\)"), r'<a href="\2">\1</a>'),
)


def from_text(text: str) -> str:
    """What a seller typed, as clean HTML."""
    text = text.replace("\r\n", "\n").replace("\x00", "").strip()
    if _BLOCK.search(text):
        return clean(text)
    blocks = [block for block in re.split(r"\n\s*\n", text) if block.strip()]
    return clean("".join(_block(block.strip()) for block in blocks))


def _block(block: str) -> str:
    lines = [line.strip() for line in block.split("\n")]
    if all(line.startswith("- ") for line in lines):
        return "<ul>" + "".join(f"<li>{_inline(line[2:])}</li>" for line in lines) + "</ul>"
    if block.startswith("## ") and len(lines) == 1:
        return f"<h3>{_inline(block[3:])}</h3>"
    if all(line.startswith("> ") for line in lines):
        return "<blockquote>" + "<br>".join(_inline(line[2:]) for line in lines) + "</blockquote>"
    return "<p>" + "<br>".join(_inline(line) for line in lines) + "</p>"


def _inline(text: str) -> str:
    text = escape(text, quote=False)
    for pattern, html in _INLINE:
        text = pattern.sub(html, text)
    return text


def to_text(html: str) -> str:
    """Clean HTML as a seller would type it, for the field that changes it; `from_text` undoes it."""
    writer = _Writer()
    writer.feed(html)
    writer.close()
    return re.sub(r"\n{3,}", "\n\n", "".join(writer.parts)).strip()


class _Writer(HTMLParser):
    """Writes the signs of `from_text` for the tags of the allowlist."""

    OPEN = {"p": "\n\n", "h3": "\n\n## ", "ul": "\n\n", "ol": "\n\n", "li": "\n- ", "blockquote": "\n\n> "}
    BOTH = {"strong": "**", "em": "*"}

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.link = ""
        self.quoted = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self.parts.append("\n> " if self.quoted else "\n")
        elif tag == "a":
            self.link = dict(attrs).get("href") or ""
            self.parts.append("[" if self.link else "")
        else:
            self.parts.append(self.BOTH.get(tag) or self.OPEN.get(tag, ""))
        self.quoted = self.quoted or tag == "blockquote"

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self.link:
            self.parts.append(f"]({self.link})")
            self.link = ""
        elif tag in self.BOTH:
            self.parts.append(self.BOTH[tag])
        elif tag in ("ul", "ol", "blockquote"):
            self.parts.append("\n\n")
            self.quoted = False

    def handle_data(self, data: str) -> None:
        self.parts.append(data)

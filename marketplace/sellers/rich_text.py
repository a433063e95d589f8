"""Text that sellers write, made safe to print as HTML: a short allowlist, links by https alone, no pictures.

A seller types plain paragraphs with a few signs: "## " makes a heading, "- " a list, **strong**, *emphasis*,
[words](https://…) a link. Pasted HTML is taken too. Both go through the same allowlist (docs "Faults", Hostile input).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from html.parser import HTMLParser

import nh3
from markdown_it import MarkdownIt
from markdown_it.parser_block import RuleFuncBlockType
from markdown_it.rules_block import StateBlock, heading, list_block
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

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
_LINK = re.compile(r"https://[^\s()\"<>/][^\s()\"<>]{0,500}")


def from_text(text: str) -> str:
    """What a seller typed, as clean HTML."""
    text = text.replace("\r\n", "\n").replace("\x00", "").strip()
    if _BLOCK.search(text):
        return clean(text)
    tokens = _typed.parse("\n".join(line.strip() for line in text.split("\n")))
    return clean(_typed.renderer.render(list(_as_written(tokens)), _typed.options, {}))


def _as_written(tokens: Iterable[Token]) -> Iterator[Token]:
    """The tokens as our HTML has them: "##" is an h3, lists and quotes hold their lines bare, nothing is indented."""
    holders, after_paragraph = 0, False
    for token in tokens:
        if token.type.startswith(("bullet_list", "blockquote")):
            holders += token.nesting
        if token.tag == "h2":
            token.tag = "h3"
        if holders and token.type == "paragraph_open" and after_paragraph:
            yield Token("hardbreak", "br", 0)
        after_paragraph = token.type == "paragraph_close"
        if not (holders and token.tag == "p"):
            token.block = False
            yield token


def _only_after(sign: str, rule: RuleFuncBlockType) -> RuleFuncBlockType:
    """A rule of Markdown for those lines alone that begin with this sign."""

    def restricted(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        begins = state.bMarks[start] + state.tShift[start]
        return state.src.startswith(sign, begins) and rule(state, start, end, silent)

    return restricted


def _underscores(state: StateInline, silent: bool) -> bool:
    """Underscores are letters: people write file names and handles with them."""
    end = state.pos
    while end < state.posMax and state.src[end] == "_":
        end += 1
    if end == state.pos:
        return False
    if not silent:
        state.pending += state.src[state.pos : end]
    state.pos = end
    return True


def _link_open(_self: object, tokens: Sequence[Token], at: int, *_given: object) -> str:
    """A link is its address alone; what Markdown would make its title is dropped."""
    return f'<a href="{escape(str(tokens[at].attrs["href"]))}">'


class _Markdown(MarkdownIt):
    """Links lead out by https alone, and their addresses stay as they were typed."""

    def validateLink(self, url: str) -> bool:
        return _LINK.fullmatch(url) is not None

    def normalizeLink(self, url: str) -> str:
        return url


def _parser() -> MarkdownIt:
    """Markdown with nothing but the signs above: no HTML, no pictures, no code, no escapes."""
    parser = _Markdown("zero", {"breaks": True})
    parser.enable(["blockquote", "emphasis", "heading", "link", "list", "newline"])
    parser.block.ruler.at(
        "heading", _only_after("## ", heading), {"alt": ["paragraph", "reference", "blockquote"]}
    )
    parser.block.ruler.at(
        "list", _only_after("- ", list_block), {"alt": ["paragraph", "reference", "blockquote"]}
    )
    parser.inline.ruler.before("emphasis", "underscores", _underscores)
    parser.add_render_rule("link_open", _link_open)
    for kind in ("softbreak", "hardbreak"):
        parser.add_render_rule(kind, lambda *_given: "<br>")
    return parser


_typed = _parser()


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

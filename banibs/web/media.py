"""Pictures from the local disk. With S3 or a proxy in front MEDIA_URL points there, and this is not asked."""

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

KINDS = {".webp": "image/webp", ".jpg": "image/jpeg", ".png": "image/png", ".svg": "image/svg+xml"}


@require_safe
def public(request: HttpRequest, name: str) -> HttpResponseBase:
    """A file of the public storage, kept by browsers for a year: a changed picture has another name.

    Only pictures, and never a name that leads out of the storage. What was bought lives in another storage.
    """
    suffix = "." + name.rpartition(".")[2].lower()
    if suffix not in KINDS:
        raise Http404
    try:
        file = default_storage.open(name)
    except (OSError, ValueError, SuspiciousFileOperation) as error:
        raise Http404 from error
    response = FileResponse(file, content_type=KINDS[suffix])
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response

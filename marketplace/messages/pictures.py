"""The pictures of a message: decoded and written anew before anything is locked, and never left without their row."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from marketplace import policy
from marketplace.media import image_uploads
from marketplace.storage import private_files

Upload = UploadedFile[Any]


@contextmanager
def kept(uploads: Sequence[Upload]) -> Iterator[Sequence[str]]:
    """The names in the private storage under which the uploads are kept; what the block raises takes them away again.

    Raises UnsupportedImage for a file that is no picture and for too many; OSError when the storage is full.
    """
    if len(uploads) > policy.MESSAGE_MOST_PICTURES:
        raise image_uploads.UnsupportedImage(
            _("At most %(most)d pictures go with a message") % {"most": policy.MESSAGE_MOST_PICTURES}
        )
    contents = [image_uploads.single(one, width=policy.MESSAGE_PICTURE_PIXELS) for one in uploads]
    names: list[str] = []
    try:
        for content in contents:
            names.append(private_files().save(f"messages/{uuid.uuid4().hex}.webp", ContentFile(content)))
        yield names
    except BaseException:
        for name in names:
            private_files().delete(name)
        raise

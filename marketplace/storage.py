"""Where files live: pictures in the public storage, sold files in the private one, never under a public path."""

from django.core.files.storage import Storage, storages


def private_files() -> Storage:
    """The storage of sold files (setting STORAGES["private"])."""
    return storages["private"]

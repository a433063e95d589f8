"""Whether a file is what its name says: the ending is a promise to its buyer, and libmagic says what the bytes are.

Only the head is looked at, and nothing is unpacked. An ending that promises nothing we know of is taken as it is, unless
it hides a program.
"""

from __future__ import annotations

import functools
from collections.abc import Callable

import structlog
from django.utils.translation import gettext_lazy as _

log = structlog.get_logger(__name__)
Detector = Callable[[bytes], str]

UNKNOWN = "application/octet-stream"
_ZIP = ("application/zip", "application/epub+zip", "application/java-archive")
_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
_POSTSCRIPT = ("application/postscript", "application/pdf", "image/x-eps")
_MP4 = (
    "video/mp4",
    "video/quicktime",
    "video/x-m4v",
    "video/3gpp",
    "audio/mp4",
    "audio/x-m4a",
    "application/mp4",
)
_MATROSKA = ("video/webm", "audio/webm", "video/x-matroska", "application/x-matroska")
_OGG = ("audio/ogg", "video/ogg", "application/ogg")
_OLE = ("application/CDFV2", "application/x-ole-storage")

# Ending → how the types begin that it may hold. Bytes that nothing is known of are not among them.
PROMISED: dict[str, tuple[str, ...]] = {
    "pdf": ("application/pdf",),
    "epub": _ZIP,
    "zip": (*_ZIP, "application/vnd."),
    "docx": (*_ZIP, _OFFICE),
    "xlsx": (*_ZIP, _OFFICE),
    "pptx": (*_ZIP, _OFFICE),
    "odt": (*_ZIP, _OPEN_DOCUMENT),
    "ods": (*_ZIP, _OPEN_DOCUMENT),
    "odp": (*_ZIP, _OPEN_DOCUMENT),
    "doc": ("application/msword", *_OLE),
    "xls": ("application/vnd.ms-excel", *_OLE),
    "ppt": ("application/vnd.ms-powerpoint", *_OLE),
    "rtf": ("text/rtf", "application/rtf"),
    "7z": ("application/x-7z-compressed",),
    "rar": ("application/x-rar", "application/vnd.rar"),
    "gz": ("application/gzip", "application/x-gzip"),
    "tgz": ("application/gzip", "application/x-gzip"),
    "tar": ("application/x-tar",),
    "jpg": ("image/jpeg",),
    "jpeg": ("image/jpeg",),
    "png": ("image/png", "image/vnd.mozilla.apng"),
    "gif": ("image/gif",),
    "webp": ("image/webp",),
    "avif": ("image/avif", "image/heif"),
    "heic": ("image/hei",),
    "tif": ("image/tiff",),
    "tiff": ("image/tiff",),
    "psd": ("image/vnd.adobe.photoshop",),
    "eps": _POSTSCRIPT,
    "ps": _POSTSCRIPT,
    "ai": _POSTSCRIPT,
    "wav": ("audio/x-wav", "audio/wav", "audio/vnd.wave"),
    "aif": ("audio/x-aiff", "audio/aiff"),
    "aiff": ("audio/x-aiff", "audio/aiff"),
    "flac": ("audio/flac", "audio/x-flac"),
    "ogg": _OGG,
    "opus": _OGG,
    "mid": ("audio/midi",),
    "midi": ("audio/midi",),
    "m4a": _MP4,
    "m4b": _MP4,
    "mp4": _MP4,
    "m4v": _MP4,
    "mov": _MP4,
    "webm": _MATROSKA,
    "mkv": _MATROSKA,
    "avi": ("video/x-msvideo", "video/vnd.avi"),
    "ttf": ("font/sfnt", "font/ttf", "application/font-sfnt", "application/vnd.ms-opentype"),
    "otf": ("font/sfnt", "font/otf", "application/font-sfnt", "application/vnd.ms-opentype"),
    "woff": ("font/woff", "application/font-woff"),
    "woff2": ("font/woff2", "application/font-woff"),
}
# Forms whose heads libmagic does not always know: what it does not know is taken, what it knows must be this.
ALSO_UNKNOWN = {
    "mp3": ("audio/mpeg", "audio/mpegapplication/"),
    "aac": ("audio/",),
    "stl": ("model/", "text/plain"),
}
# Text of any kind is what these hold.
TEXTS = frozenset(
    (
        *("txt", "md", "csv", "tsv", "html", "htm", "css", "js", "json", "xml", "svg", "srt", "vtt", "tex"),
        *("bib", "ics", "vcf", "obj", "gcode", "scad"),
    )
)
_TEXTUAL = ("text/", "application/json", "application/x-ndjson", "application/xml", "application/javascript")
_TEXTUAL_TOO = ("image/svg", "message/", "application/x-tex", "application/x-bibtex", "model/")
# Programs stand under names that say so.
PROGRAMS = frozenset(
    (
        *("exe", "msi", "dll", "scr", "com", "bin", "app", "dmg", "run", "so", "dylib", "elf", "appimage"),
        *("apk", "jar", "deb", "rpm"),
    )
)
_PROGRAM = (
    "application/x-dosexec",
    "application/vnd.microsoft.portable-executable",
    "application/x-mach-binary",
)
_PROGRAM_TOO = (
    "application/x-executable",
    "application/x-pie-executable",
    "application/x-sharedlib",
    "application/x-msi",
)

# What was found, in words for a seller; by how the type begins, the first that fits.
WORDS = (
    ("text/html", _("a web page")),
    ("application/pdf", _("a PDF")),
    (("application/zip", "application/x-7z", "application/x-rar", "application/gzip"), _("packed files")),
    (("image/",), _("a picture")),
    (("audio/",), _("sound")),
    (("video/",), _("a film")),
    (("text/",), _("text")),
    ((*_PROGRAM, *_PROGRAM_TOO), _("a program")),
)


@functools.cache
def detector() -> Detector | None:
    """What says of which type bytes are; None where the system's libmagic is missing, which is said once."""
    try:
        import magic
    except ImportError:  # python-magic is there; the library that it calls is the system's own
        log.warning("libmagic.missing", hint="Files are not compared with their names. Install libmagic1.")
        return None
    return magic.Magic(mime=True).from_buffer


def mismatch(name: str, head: bytes) -> str | None:
    """What a file holds, in words, when its name promises something else; None when it does not."""
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    found = _type_of(head)
    if found is None or _keeps(ending, found, head):
        return None
    return str(next((words for start, words in WORDS if found.startswith(start)), _("something else")))


def _type_of(head: bytes) -> str | None:
    ask = detector()
    return None if ask is None else ask(head)


def _keeps(ending: str, found: str, head: bytes) -> bool:
    if found.startswith((*_PROGRAM, *_PROGRAM_TOO)):
        return ending in PROGRAMS
    if ending in TEXTS:
        return found.startswith((*_TEXTUAL, *_TEXTUAL_TOO)) or (found == UNKNOWN and b"\0" not in head)
    if ending in ALSO_UNKNOWN:
        return found == UNKNOWN or found.startswith(ALSO_UNKNOWN[ending])
    promised = PROMISED.get(ending)
    if promised is None or found.startswith(promised):
        return True
    # libmagic knows few of the forms that are ZIPs inside, and no PDF with a line before its mark.
    return found == UNKNOWN and (
        ("application/zip" in promised and head.startswith((b"PK\x03\x04", b"PK\x05\x06")))
        or (ending == "pdf" and b"%PDF-" in head[:1024])
    )

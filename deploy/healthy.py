"""Exit 0 when this container's part of BANIBS works: the web server, or with `beat FOLDER` the timetable.

Run by Docker, apart from Django, so that asking every few seconds costs next to nothing.
"""

import os
import sys
import time
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

BEAT_WRITES_EVERY = 180  # seconds; Celery's beat saves when each job was last due
PATIENCE = 4  # seconds


def web() -> bool:
    """Whether gunicorn answers, asked by SITE_URL's name, since it refuses hosts that it does not know."""
    port = os.environ.get("BIND", "127.0.0.1:8000").rpartition(":")[2]
    host = urlsplit(os.environ.get("SITE_URL", "http://localhost")).netloc
    request = urllib.request.Request(f"http://127.0.0.1:{port}/healthz", headers={"Host": host})
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # nosec B310  # a fixed scheme
        return bool(answer.status == 200)


def beat(folder: str) -> bool:
    """Whether the timetable has written down where it is, lately."""
    newest = max((file.stat().st_mtime for file in Path(folder).glob("beat*")), default=0.0)
    return time.time() - newest < 3 * BEAT_WRITES_EVERY


if __name__ == "__main__":
    try:
        well = beat(sys.argv[2]) if sys.argv[1:2] == ["beat"] else web()
    except OSError as error:
        sys.exit(f"{type(error).__name__}: {error}")
    sys.exit(0 if well else 1)

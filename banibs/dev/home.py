"""Where a laptop keeps its engines, mail and files: one folder per checkout, outside any home folder.

PostgreSQL refuses to run as root, so under root it runs as an unprivileged user, who must be able to enter every
parent of its data folder. Home folders are closed to others; /var/tmp is not, and survives a restart.
"""

import hashlib
import os
import tempfile
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent.parent


def home() -> Path:
    """The data folder of this checkout, made if it is missing. BANIBS_HOME names another."""
    named = os.environ.get("BANIBS_HOME")
    folder = Path(named).resolve() if named else _default()
    folder.mkdir(mode=0o711, parents=True, exist_ok=True)
    return folder


def _default() -> Path:
    mark = hashlib.sha256(str(CHECKOUT).encode()).hexdigest()[:8]
    lasting = Path("/var/tmp")  # nosec B108  # the folder below is made with our own uid in its name and mode 711
    root = lasting if os.access(lasting, os.W_OK) else Path(tempfile.gettempdir())
    return root / f"banibs-{os.getuid()}-{mark}"

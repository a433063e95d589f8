"""Which Chromium to drive: the system's own."""

import shutil

from banibs.dev.processes import Trouble

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def chromium() -> str:
    """The path of the system's Chromium. Raises Trouble, naming the command that installs one."""
    for name in NAMES:
        path = shutil.which(name)
        if path:
            return path
    raise Trouble("Chromium is not installed. Install it once: sudo apt-get install chromium")

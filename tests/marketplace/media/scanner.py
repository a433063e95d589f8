"""Debian's virus scanner, started for the tests with one line as its whole database: EICAR's test file."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from banibs.dev.home import CHECKOUT

# Source: eicar.org/download-anti-malware-testfile. In two parts, or scanners would carry this file off.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-" + b"STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
HASH = "44d88612fea8a8f36de82e1278abb02f:68:Eicar-Test-Signature\n"  # md5, size, name: an .hdb line
STREAM_MOST_BYTES = 1024**2


class Clamd:
    """The daemon; `address` is what the setting CLAMD_ADDRESS takes."""

    def __init__(self) -> None:
        path = f"{os.environ.get('PATH', '')}:/usr/sbin"
        if shutil.which("clamd", path=path) is None:  # a system part, as the browser is
            subprocess.run([CHECKOUT / ".ci" / "system", "clamav"], check=True, timeout=600)
        self.folder = Path(tempfile.mkdtemp(prefix="clamd-"))  # a socket's path may have 107 bytes
        (self.folder / "database").mkdir()
        (self.folder / "database" / "own.hdb").write_text(HASH)
        self.address = str(self.folder / "clamd.sock")
        conf = self.folder / "clamd.conf"
        conf.write_text(
            f"Foreground yes\nLocalSocket {self.address}\nDatabaseDirectory {self.folder}/database\n"
            f"StreamMaxLength {STREAM_MOST_BYTES}\nLogFile {self.folder}/log\n"
        )
        program = shutil.which("clamd", path=path)
        assert program
        self.process = subprocess.Popen(
            [program, "--config-file", conf], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self._wait()

    def _wait(self) -> None:
        for _ in range(600):
            if self.process.poll() is not None:
                break
            with socket.socket(socket.AF_UNIX) as asked:
                try:
                    asked.settimeout(1)
                    asked.connect(self.address)
                    asked.sendall(b"zPING\0")
                    if asked.recv(16).startswith(b"PONG"):
                        return
                except OSError:
                    pass
            time.sleep(0.1)
        raise AssertionError(f"clamd did not start: {(self.folder / 'log').read_text()}")

    def stop(self) -> None:
        """Ends the daemon and removes its folder."""
        self.process.terminate()
        self.process.wait(30)
        shutil.rmtree(self.folder)

"""The process: HTTP with a thread per connection over one state file, a sender and a timetable beside it."""

import argparse
import os
import re
import socket
import sys
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from banibs.dev.sandbox_kit import control, deliveries, faults, timetable
from banibs.dev.sandbox_kit.calls import Answer, Call, Refusal, Service
from banibs.dev.sandbox_kit.store import Store

MOST_BYTES = 1_000_000  # of a request's body
HERE = {"127.0.0.1", "localhost", "[::1]"}


class Server(ThreadingHTTPServer):
    """One provider on one port."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], service: Service, store: Store) -> None:
        self.service = service
        self.store = store
        super().__init__(address, Handler)

    @property
    def base_url(self) -> str:
        """Where it is reached."""
        return f"http://{self.server_address[0]!s}:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    server: Server

    def answer(self) -> None:
        """One request: the switches, or a call of the provider's API with the fault that waits for it."""
        url = urllib.parse.urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        call = Call(
            store=self.server.store,
            method=self.command,
            path=url.path,
            base_url=self.server.base_url,
            query=dict(urllib.parse.parse_qsl(url.query, keep_blank_values=True)),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(min(length, MOST_BYTES)),
        )
        if (self.headers.get("Host") or "").rpartition(":")[0] not in HERE or length > MOST_BYTES:
            self._write(Answer({"error": "not for here"}, 400), {})
            self.close_connection = True
        elif url.path == "/" or url.path.startswith("/_control/"):
            self._write(control.answer(self.server.service, call), {})
        else:
            self._provider(call)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = answer

    def _provider(self, call: Call) -> None:
        fault = faults.take(call.store, call.method, call.path)
        if fault and fault.do == "drop":
            self._hang_up(call, "dropped on purpose")
            return
        if fault and fault.do == "error":
            refusal = self.server.service.refusal(fault.status, "on purpose", path=call.path)
            answer, headers = Answer(refusal.body, refusal.status), refusal.headers
        else:
            answer, headers = dispatch(self.server.service, call)
        if fault and fault.do == "lose":
            self._hang_up(call, f"{answer.status}, lost on purpose")
            return
        if fault and fault.do == "hang":
            time.sleep(fault.seconds)
        self._note(call, answer.status, fault.do if fault else "")
        self._write(answer, headers)

    def _hang_up(self, call: Call, note: str) -> None:
        self._note(call, 0, note)
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def _note(self, call: Call, status: int, note: str) -> None:
        call.store.run(
            "INSERT INTO calls (method, path, status, note) VALUES (?, ?, ?, ?)",
            call.method,
            call.path,
            status,
            note,
        )

    def _write(self, answer: Answer, headers: dict[str, str]) -> None:
        body = answer.encoded()
        self.send_response(answer.status)
        for name, value in {"Content-Type": answer.kind, "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Calls are noted in the store."""


def dispatch(service: Service, call: Call) -> tuple[Answer, dict[str, str]]:
    """The answer of the provider's API. A refused call has done nothing."""
    try:
        for route in service.routes:
            pattern = re.sub(r"<(\w+)>", r"(?P<\1>[^/]+)", route.path)
            found = re.fullmatch(pattern, call.path)
            if found and route.method == call.method:
                named = Call(**{**vars(call), "names": found.groupdict()})
                with call.store.unit():
                    if not route.open:
                        service.authorise(named)
                    return route.act(named), {}
        raise service.refusal(404, "There is no such address.", path=call.path)
    except Refusal as refused:
        return Answer(refused.body, refused.status), refused.headers
    except (ValueError, KeyError, TypeError) as wrong:
        senseless = service.refusal(400, f"{type(wrong).__name__}: {wrong}", path=call.path)
        return Answer(senseless.body, senseless.status), senseless.headers


def main(service: Service) -> int:
    """Read the command line and serve until told to stop."""
    parser = argparse.ArgumentParser(description=f"{service.name}: for development and tests")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--data", type=Path, required=True, help="the folder of its state file")
    given = parser.parse_args()
    store, stop = Store(given.data.resolve()), threading.Event()
    try:
        server = Server((given.host, given.port), service, store)
    except OSError as problem:
        sys.stderr.write(f"Port {given.port}: {problem.strerror}\n")
        return 1
    store.set("port", given.port)
    for job in (
        threading.Thread(target=timetable.run, args=(service, store, stop), daemon=True),
        threading.Thread(target=deliveries.run, args=(service, store, server.base_url, stop), daemon=True),
        threading.Thread(target=_end_with_parent, daemon=True),
    ):
        job.start()
    sys.stdout.write(f"{service.name} answers on {server.base_url}\n")
    sys.stdout.flush()
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        stop.set()
    return 0


def _end_with_parent() -> None:
    """Whoever started it and was killed outright takes it along."""
    parent = os.getppid()
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(0)

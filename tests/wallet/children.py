"""Real processes for races and kills: forked, so that they start at once and share the test's database."""

import json
import os
import signal
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connection, connections


def forget_connections() -> None:
    """Lets go of the database, so that a fork shares no socket with this process."""
    for one in connections.all():
        one.close()
        one.close_pool()  # type: ignore[attr-defined]


def child(work: Callable[[], Any]) -> tuple[int, int]:
    """Starts `work` in a process of its own; its answer goes through a pipe. Returns (pid, pipe)."""
    forget_connections()
    reader, writer = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writer)
        return pid, reader
    os.close(reader)
    try:
        answer = json.dumps({"answer": work()})
    except BaseException:  # the parent raises it
        answer = json.dumps({"error": traceback.format_exc()})
    with os.fdopen(writer, "w") as pipe:
        pipe.write(answer)
    os._exit(0)


def wait_for(pid: int, reader: int) -> Any:
    """The answer of a child, or None when it was killed. Raises what it raised."""
    with os.fdopen(reader) as pipe:
        text = pipe.read()
    _, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return None
    told = json.loads(text)
    if "error" in told:
        raise AssertionError(told["error"])
    return told["answer"]


def at_once(work: Callable[[int], Any], times: int) -> list[Any]:
    """Runs `work(0)`, `work(1)`, … in threads that start together, each with a connection of its own.

    Returns what each returned, or the exception that it raised.
    """
    start = Barrier(times)

    def one(number: int) -> Any:
        try:
            connection.ensure_connection()
            start.wait(timeout=60)
            return work(number)
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as threads:
        return list(threads.map(one, range(times)))


class Killer:
    """Kills this process at its n-th word to the database: a statement or a COMMIT, before it is said or
    after.
    """

    def __init__(self, *, at: int, after: bool) -> None:
        self.at = at
        self.after = after
        self.count = 0

    def __enter__(self) -> "Killer":
        self._wrapped = connection.execute_wrapper(self._execute)
        self._wrapped.__enter__()
        commit = connection._commit

        def _commit() -> None:
            self._say(commit)

        connection._commit = _commit  # type: ignore[method-assign]
        return self

    def __exit__(self, *details: object) -> None:
        self._wrapped.__exit__(None, None, None)
        del connection._commit

    def _execute(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        return self._say(lambda: execute(sql, params, many, context))

    def _say(self, word: Callable[[], Any]) -> Any:
        self.count += 1
        if self.count == self.at and not self.after:
            os.kill(os.getpid(), signal.SIGKILL)
        answer = word()
        if self.count == self.at and self.after:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

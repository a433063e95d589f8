"""How gunicorn runs BANIBS: `gunicorn -c python:banibs.gunicorn banibs.wsgi`."""

import gc
import os

os.environ.pop("SCRIPT_NAME", None)  # gunicorn would cut it off every address
bind = os.environ.get("BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WEB_CONCURRENCY", "3"))
threads = int(os.environ.get("WEB_THREADS", "4"))
worker_class = "gthread"
preload_app = True  # loaded once and shared by the workers: a third of the start, and most of the memory
timeout = 60
graceful_timeout = 20
keepalive = 15
max_requests = 20_000
max_requests_jitter = 2_000
accesslog = None  # each request is logged once, by structlog, with its id
errorlog = "-"
loglevel = "warning"
forwarded_allow_ips = "*" if int(os.environ.get("TRUSTED_PROXIES", "0")) else "127.0.0.1"
forwarder_headers = ""  # nobody names SCRIPT_NAME or PATH_INFO in a header, not even a proxy of ours
limit_request_line = 8190
control_socket_disable = True


def when_ready(server: object) -> None:
    """Leaves what is loaded out of garbage collection, so that workers go on sharing its pages."""
    gc.collect()
    gc.freeze()


def child_exit(server: object, worker: object) -> None:
    """Gives back the metric files of a worker that has ended."""
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        from prometheus_client import multiprocess

        multiprocess.mark_process_dead(worker.pid)  # type: ignore[attr-defined]  # gunicorn publishes no types

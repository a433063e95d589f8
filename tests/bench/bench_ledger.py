"""The ledger for a measuring rig: `make(dsn)` gives `transfer(a, b)`, one movement of one cent in a transaction.

python -c "from tests.bench.bench_ledger import make; make('postgresql://…')(1, 2)"
"""

import itertools
import os
from collections.abc import Callable

from psycopg.conninfo import conninfo_to_dict


def make(dsn: str) -> Callable[[int, int], None]:
    """Prepares Django on a migrated database; the returned function moves one cent from shop `a` to shop `b`."""
    if "://" not in dsn:
        parts = conninfo_to_dict(dsn)
        host, port = parts.get("host", "127.0.0.1"), parts.get("port", 5432)
        user = ":".join(str(parts[name]) for name in ("user", "password") if name in parts) or "postgres"
        dsn = f"postgresql://{user}@{host}:{port}/{parts['dbname']}"
    os.environ["DATABASE_URL"] = dsn
    os.environ.setdefault("BANIBS_DEVELOPMENT", "1")
    os.environ.setdefault("SECRET_KEY", "for-measuring-alone-" + "0123456789abcdef" * 3)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "banibs.settings")
    import django

    django.setup()
    from django.db import transaction

    from wallet import ledger
    from wallet.posting import Posting, Transfer

    run = f"bench:{os.getpid()}_{os.urandom(4).hex()}"
    numbers = itertools.count(1)

    def transfer(a: int, b: int) -> None:
        part = Transfer(f"seller:{a}:available", f"seller:{b}:available", 1)
        with transaction.atomic():
            ledger.post(Posting(f"{run}:{next(numbers)}", "demo_credited", "USD", (part,)))

    return transfer

"""One client of the placing measurement: fills its cart by one statement, then buys it; prints purchases per second.

Only the buying is timed: `idempotency.once` around `purchase.buy`, as the page and the API do.
"""

import json
import os
import random
import sys
import time
import uuid


def main(email: str, seconds: float, things: list[int], own: int) -> None:
    """Buys until the time is over. With `own`, fees and tax go to accounts of this client alone instead of BANIBS's."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "banibs.settings")
    import django

    django.setup()
    from django.db import connection

    from banibs.core import idempotency
    from banibs.users.models import User
    from marketplace.cart import contents as carts
    from marketplace.regions import lookup as regions
    from payments.charges import purchase
    from wallet import accounts

    if own:
        accounts.REVENUE, accounts.PROCESSING = f"platform:tax:REV-{own}", f"platform:tax:PROC-{own}"
        accounts.REVENUE_DEFERRED = f"platform:tax:DEF-{own}"
        accounts.tax = lambda region: f"platform:tax:{region}-{own}"
    user = User.objects.get(email=email)
    address = user.addresses.get().snapshot()
    cart = carts.open_for(user_id=user.pk, place=regions.place("US"))

    def effect() -> idempotency.Answer:
        bought = purchase.buy(user=user, address=address, method="wallet", expected_total=None)
        return idempotency.Answer(201, {"number": bought.placed.checkout.number})

    spent, done = 0.0, 0
    stop = time.perf_counter() + seconds
    while time.perf_counter() < stop:
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO marketplace_cartitem (cart_id, variant_id, quantity) VALUES (%s, %s, 1) ON CONFLICT DO NOTHING",
                [(cart.pk, variant) for variant in random.sample(things, 2)],
            )
        began = time.perf_counter()
        key = uuid.uuid4().hex
        idempotency.once(user_id=user.pk, scope="bench", key=key, request={}, effect=effect)
        spent += time.perf_counter() - began
        done += 1
    print(done / spent)


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]), json.loads(sys.argv[3]), int(sys.argv[4]))

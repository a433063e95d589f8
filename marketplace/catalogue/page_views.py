"""How often pages of listings and shops are seen: counted in Redis, one command a page, and made rows by a job.

A count knows the page, the region and the day, and nothing of whoever looks: no cookie, no address, no person. What counts
as a view is said on the seller's page: `marketplace.views.catalogue.view_counting`.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import structlog
from django.core.cache import cache
from django.db import connection, transaction
from redis.exceptions import RedisError

from marketplace import policy
from marketplace.models import ViewsMoved

log = structlog.get_logger(__name__)
COUNTING = "views:counting"
_PAGE = re.compile(
    r"(?:p:(?P<product>[0-9]{1,18})|s:(?P<shop>[-\w]{1,60})):(?P<region>[A-Z]{2,8}):(?P<day>[-0-9]{10})",
    re.ASCII,
)


def count_product(product: int, region: str) -> None:
    """One more view of a listing's page. One command of Redis; without Redis the view is not counted."""
    _count(f"p:{product}", region)


def count_shop(slug: str, region: str) -> None:
    """One more view of a shop's page, likewise."""
    _count(f"s:{slug}", region)


def _count(page: str, region: str) -> None:
    try:
        _redis().hincrby(COUNTING, f"{page}:{region}:{dt.datetime.now(dt.UTC):%Y-%m-%d}", 1)
    except RedisError as error:  # nobody waits for a figure, and none is worth a page
        log.warning("views.not_counted", error=str(error))


def _redis() -> Any:
    client: Any = cache
    return client.client.get_client(write=True)


# What no longer is (a listing deleted, a shop that was renamed) is left out. The day is moved as far as the shared clock is.
_MOVE = """
INSERT INTO marketplace_pageviews AS kept (seller_id, product_id, region_id, day, views)
SELECT s.id, p.id, r.code, v.day + (banibs_now()::date - now()::date) AS day, sum(v.views)
  FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::date[], %s::bigint[]) AS v(product, shop, region, day, views)
  LEFT JOIN marketplace_product p ON p.id = v.product
  LEFT JOIN marketplace_seller named ON named.slug = v.shop
  JOIN marketplace_seller s ON s.id = coalesce(p.seller_id, named.id)
  JOIN marketplace_region r ON r.code = v.region
 GROUP BY 1, 2, 3, 4
 ORDER BY 1, 2, 3, 4
    ON CONFLICT (seller_id, day, product_id, region_id) DO UPDATE SET views = kept.views + excluded.views
"""


def move() -> int:
    """Makes rows of what was counted; returns how many pages. For the timetable.

    The batch is set aside under its number, added in one statement, and forgotten after the commit: a run that dies before
    it is done again, one that dies after it is not, since the number is kept with the rows.
    """
    redis = _redis()
    with transaction.atomic():
        ViewsMoved.objects.bulk_create([ViewsMoved(id=1)], ignore_conflicts=True)
        moved = ViewsMoved.objects.select_for_update().get(pk=1)
        redis.delete(_batch(moved.batches))  # whoever committed it may have died before this
        batch = _batch(moved.batches + 1)
        if not redis.exists(batch) and not (redis.exists(COUNTING) and redis.renamenx(COUNTING, batch)):
            return 0
        rows = _rows(redis.hgetall(batch))
        if rows:
            with connection.cursor() as cursor:
                cursor.execute(_MOVE, [list(column) for column in zip(*rows, strict=True)])
        ViewsMoved.objects.filter(pk=1).update(batches=moved.batches + 1)
    redis.delete(batch)
    return len(rows)


def _batch(number: int) -> str:
    return f"views:batch:{number}"


def _rows(counted: dict[bytes, bytes]) -> list[tuple[int | None, str | None, str, str, int]]:
    """product or slug, region, day, views of each page that was counted."""
    found = [(_PAGE.fullmatch(field.decode()), int(views)) for field, views in counted.items()]
    return [
        (int(one["product"]) if one["product"] else None, one["shop"], one["region"], one["day"], views)
        for one, views in found
        if one
    ]


_FOLD = """
WITH old AS (
  DELETE FROM marketplace_pageviews
   WHERE day < date_trunc('month', banibs_now() - make_interval(secs => %s)) AND day <> date_trunc('month', day)::date
  RETURNING seller_id, product_id, region_id, day, views)
INSERT INTO marketplace_pageviews AS kept (seller_id, product_id, region_id, day, views)
SELECT seller_id, product_id, region_id, date_trunc('month', day)::date, sum(views) FROM old
 GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
    ON CONFLICT (seller_id, day, product_id, region_id) DO UPDATE SET views = kept.views + excluded.views
"""


def fold() -> None:
    """Makes one row of the days of each month that is over for long: figures of years are read from few rows."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_FOLD, [policy.VIEWS_BY_DAY_FOR.total_seconds()])

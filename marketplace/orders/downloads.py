"""Downloads of files that were bought: who may fetch them, how often, and the signed link that serves one.

A press of the button is counted and answered with a signed link for an hour. The link serves its file to the same
person only, whole or in ranges, and counts no more: a download that broke off is resumed by the same link.
"""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass

import structlog
from django.core import signing
from django.db import connection, models, transaction
from django.urls import reverse

from banibs.core import clock, events
from banibs.core.security import attempts
from marketplace import policy
from marketplace.models import Checkout, DigitalFile, Download, Order, OrderLine

log = structlog.get_logger(__name__)
SALT = "marketplace.downloads"
PAID = (Order.Status.PAID, Order.Status.FULFILLED, Order.Status.COMPLETED)


class DownloadRefused(Exception):
    """The file is not handed out. `code` and `status` are the API's (docs "What the outside sees")."""

    def __init__(self, code: str, status: int) -> None:
        self.code = code
        self.status = status
        super().__init__(code)

    @property
    def retry_after(self) -> int | None:
        """After how many seconds it may be tried again; None where waiting helps nothing."""
        return int(policy.DOWNLOAD_REQUESTS_WITHIN.total_seconds()) if self.code == TOO_OFTEN[0] else None


NOT_AVAILABLE = ("download_not_available", 403)
EXPIRED = ("link_expired", 410)
USED_UP = ("download_limit_reached", 429)
TOO_OFTEN = ("too_many_requests", 429)


@dataclass(frozen=True, slots=True)
class File:
    """A file as a page lists it. `left` is None where there is no limit. `state`: ready, expired, used_up, refused.

    `disputed`, `virus`: why it may be refused.
    """

    pk: int
    order: int
    name: str
    size: int
    title: str
    number: str
    shop: str
    shop_slug: str
    left: int | None
    limit: int | None
    expires_at: dt.datetime | None
    state: str
    disputed: bool
    virus: bool

    @property
    def can(self) -> bool:
        """Whether the button is there."""
        return self.state == "ready"

    @property
    def url(self) -> str:
        """Where the button posts to."""
        return reverse("marketplace:download", args=[self.pk])


def paid_for(order: Order, line: OrderLine) -> bool:
    """Whether the line was paid and not given back (docs "Money", What must hold at any moment, 4); disputed orders wait."""
    if order.status not in PAID or order.disputed:
        return False
    return line.refunded_units < line.quantity if line.total == 0 else line.refunded < line.total


def as_file(download: Download, *, moment: dt.datetime) -> File:
    """A download as a page shows it; file, line, order, seller and checkout are loaded with it."""
    line, order = download.line, download.line.order
    return File(
        pk=download.pk,
        order=order.pk,
        name=download.file.name,
        size=download.file.size,
        title=line.title,
        number=order.checkout.number,
        shop=order.seller.name,
        shop_slug=order.seller.slug,
        left=None if download.limit is None else download.limit - download.count,
        limit=download.limit,
        expires_at=download.expires_at,
        state=_state(download, moment),
        disputed=order.disputed,
        virus=not download.file.can_be_sold,
    )


def _state(download: Download, moment: dt.datetime) -> str:
    if not _handed_out(download):
        return "refused"
    if download.expires_at is not None and download.expires_at <= moment:
        return "expired"
    if download.limit is not None and download.count >= download.limit:
        return "used_up"
    return "ready"


def _handed_out(download: Download) -> bool:
    """Whether it was paid and not given back, and the virus scanner has not refused it since."""
    return paid_for(download.line.order, download.line) and download.file.can_be_sold


def rows() -> models.QuerySet[Download]:
    """Downloads with all that `as_file` and `start` read."""
    return Download.objects.select_related("file", "line__order__seller", "line__order__checkout")


def of_checkout(checkout: Checkout) -> list[File]:
    """The files of a checkout, in the order of its lines. Two statements."""
    moment = clock.now()
    found = rows().filter(line__order__checkout=checkout).order_by("line_id", "file__position", "id")
    return [as_file(one, moment=moment) for one in found]


_COUNT = """
UPDATE marketplace_download d SET count = d.count + 1
  FROM marketplace_orderline l JOIN marketplace_order o ON o.id = l.order_id, marketplace_digitalfile f
 WHERE d.id = %s AND d.user_id = %s AND l.id = d.line_id AND f.id = d.file_id AND f.scan = ANY(%s)
   AND o.status = ANY(%s) AND o.dispute NOT IN ('open', 'lost') AND CASE l.total WHEN 0 THEN l.refunded_units < l.quantity
                                                                       ELSE l.refunded < l.total END
   AND (d."limit" IS NULL OR d.count < d."limit") AND (d.expires_at IS NULL OR d.expires_at > banibs_now())
RETURNING d.count
"""


def start(pk: int, *, user_id: int, actor: events.Actor) -> str:
    """Counts one download and returns the token of its link, good for a while and for this person alone.

    The count is one conditional UPDATE: of a hundred presses at once on a limit of five, five are counted.
    Raises Download.DoesNotExist for another's, DownloadRefused with its code otherwise; nothing is counted then.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_COUNT, [pk, user_id, list(DigitalFile.SOLD), list(PAID)])
            counted = cursor.fetchone()
        download = rows().get(pk=pk, user_id=user_id)
        if counted is None:
            raise _refusal(download)
        events.record(
            events.New(
                "download.started",
                download,
                actor,
                data={"order": download.line.order.number, "file": download.file_id, "count": counted[0]},
            )
        )
    log.info("download.started", download=pk, count=counted[0])
    return link(download, until=clock.now() + policy.DOWNLOAD_LINK_GOOD_FOR)


def look(pk: int, *, user_id: int) -> DigitalFile:
    """The file that one more download would serve; nothing is counted but the asking.

    Raises Download.DoesNotExist for another's, DownloadRefused as `start` and `by_link` do.
    """
    download = rows().get(pk=pk, user_id=user_id)
    if _state(download, clock.now()) != "ready":
        raise _refusal(download)
    _note_asking(download)
    return download.file


def _refusal(download: Download) -> DownloadRefused:
    if not _handed_out(download):
        return DownloadRefused(*NOT_AVAILABLE)
    if download.limit is not None and download.count >= download.limit:
        return DownloadRefused(*USED_UP)
    return DownloadRefused(*EXPIRED)


def link(download: Download, *, until: dt.datetime) -> str:
    """A signed token that serves this download to its person until then."""
    said = {
        "d": download.pk,
        "u": download.user_id,
        "t": int(until.timestamp()),
        "n": secrets.token_urlsafe(6),
    }
    return signing.dumps(said, salt=SALT, compress=False)


def by_link(token: str, *, user_id: int) -> tuple[Download, DigitalFile]:
    """The download and the file that a link serves now.

    Raises Download.DoesNotExist for a link that was altered or is another person's, DownloadRefused `link_expired`
    after its hour, `download_not_available` when the order was given back or a virus found meanwhile, and
    `too_many_requests` to a flood: whatever is asked of the file, whole, in parts or its head alone, reads a storage.
    """
    try:
        said = signing.loads(token, salt=SALT)
    except signing.BadSignature as error:
        raise Download.DoesNotExist from error
    if said["u"] != user_id:
        raise Download.DoesNotExist
    if said["t"] <= clock.now().timestamp():
        raise DownloadRefused(*EXPIRED)
    download = rows().get(pk=said["d"], user_id=user_id)
    if not _handed_out(download):
        raise DownloadRefused(*NOT_AVAILABLE)
    _note_asking(download)
    return download, download.file


def _note_asking(download: Download) -> None:
    asked = attempts.count(f"download:{download.pk}", within=policy.DOWNLOAD_REQUESTS_WITHIN)
    if asked > policy.DOWNLOAD_REQUESTS_MOST:
        raise DownloadRefused(*TOO_OFTEN)

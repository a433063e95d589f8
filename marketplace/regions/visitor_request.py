"""The request of a page, as the middleware of regions leaves it."""

from banibs.core.page_cache.variant import PageVariant
from banibs.core.ui.htmx import HtmxRequest
from marketplace.regions.lookup import Place


class VisitorRequest(HtmxRequest):
    """A request whose `place` is the region in which the visitor shops.

    Behind the page cache it has a `variant`, and nothing of who asks: no `htmx`, no header, no cookie.
    """

    place: Place
    variant: PageVariant

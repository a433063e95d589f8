"""The request of a page, as the middleware of regions leaves it."""

from banibs.core.ui.htmx import HtmxRequest
from marketplace.regions.lookup import Place


class VisitorRequest(HtmxRequest):
    """A request whose `place` is the region in which the visitor shops."""

    place: Place

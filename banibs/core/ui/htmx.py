"""The request of a page, as the middleware of htmx leaves it."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails


class HtmxRequest(HttpRequest):
    """A request whose `htmx` says whether, and for which part of the page, htmx asks."""

    htmx: HtmxDetails

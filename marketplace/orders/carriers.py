"""Where a buyer follows a parcel: the pages of carriers that show one by its number. Any other carrier is text alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote

from banibs.core.text import fold

# The name as people write it, its words together → the address; {} is the number.
PAGES: Mapping[str, str] = {
    "aramex": "https://www.aramex.com/track/results?ShipmentNumber={}",
    "canadapost": "https://www.canadapost-postescanada.ca/track-reperage/en#/search?searchFor={}",
    "dhl": "https://www.dhl.com/global-en/home/tracking.html?tracking-id={}",
    "evri": "https://www.evri.com/track/parcel/{}",
    "fedex": "https://www.fedex.com/fedextrack/?trknbr={}",
    "laposte": "https://www.laposte.fr/outils/suivre-vos-envois?code={}",
    "royalmail": "https://www.royalmail.com/track-your-item#/tracking-results/{}",
    "ups": "https://www.ups.com/track?tracknum={}",
    "usps": "https://tools.usps.com/go/TrackConfirmAction?tLabels={}",
}
_ALSO = {
    "dhlexpress": "dhl",
    "fedexexpress": "fedex",
    "colissimo": "laposte",
    "unitedstatespostalservice": "usps",
}
_NUMBER = re.compile(r"[A-Z0-9]{6,40}", re.ASCII)


def tracking_url(carrier: str, number: str) -> str:
    """The address of the parcel at its carrier; "" for a carrier that we do not know, or what is no number of one."""
    name = re.sub(r"\W", "", fold(carrier))
    page = PAGES.get(_ALSO.get(name, name), "")
    bare = re.sub(r"[\s-]", "", number).upper()
    return page.format(quote(bare)) if page and _NUMBER.fullmatch(bare) else ""

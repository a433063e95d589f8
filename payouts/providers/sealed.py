"""Where a destination goes, as it was typed: sealed on its row, opened only to be told to its provider."""

from __future__ import annotations

import json

from cryptography.fernet import InvalidToken

from banibs.core.security import encryption
from payments.gateways import outcomes
from payouts.gateways.json_data import Data, as_data
from payouts.models import PayoutMethod


def destination(method: PayoutMethod) -> Data:
    """The JSON of a destination. Raises outcomes.Refused `destination_invalid` where no key fits it any more."""
    return as_data(json.loads(opened(bytes(method.destination))))


def opened(token: bytes) -> str:
    """A sealed text. Raises outcomes.Refused `destination_invalid`."""
    try:
        return encryption.decrypt(token)
    except InvalidToken as lost:
        raise outcomes.Refused("destination_invalid", "", detail="sealed with a key that is gone") from lost

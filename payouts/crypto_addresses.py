"""Addresses of crypto money: which coins are sent on which networks, and whether what was typed can be one.

A transfer to a wrong address is gone for ever, so whatever an address can prove of itself is asked of it: the mixed
letters of EIP-55, the 32 bytes and the curve of Solana. What cannot be proved (all letters small) is typed twice.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

LAST_SIGNS = 6  # typed again where an address carries no check of its own

EVM, SOLANA = "evm", "solana"


@dataclass(frozen=True)
class Network:
    """Where coins move. `explorer` shows a transaction; its hash follows."""

    code: str
    name: str
    family: str
    explorer: str


@dataclass(frozen=True)
class Asset:
    """A coin, and the networks that we send it on."""

    code: str
    name: str
    networks: tuple[str, ...]


NETWORKS = {
    one.code: one
    for one in (
        Network("ethereum", "Ethereum", EVM, "https://etherscan.io/tx/"),
        Network("polygon", "Polygon", EVM, "https://polygonscan.com/tx/"),
        Network("solana", "Solana", SOLANA, "https://solscan.io/tx/"),
    )
}
ASSETS = {
    one.code: one
    for one in (
        Asset("USDC", "USDC", ("ethereum", "polygon", "solana")),
        Asset("USDT", "USDT", ("ethereum", "polygon", "solana")),
        Asset("DAI", "DAI", ("ethereum", "polygon")),
        Asset("ETH", "ETH", ("ethereum",)),
        Asset("MATIC", "POL (formerly MATIC)", ("polygon",)),
        Asset("SOL", "SOL", ("solana",)),
    )
}

_HEX = re.compile(r"0x[0-9a-fA-F]{40}")
_BASE58 = re.compile(r"[1-9A-HJ-NP-Za-km-z]+")
# What is typed in place of an address of ours, by how it begins: the network that it is of.
_ELSEWHERE = (
    (re.compile(r"T[1-9A-HJ-NP-Za-km-z]{33}"), "Tron"),
    (re.compile(r"(bc1|tb1)[0-9a-z]{8,87}", re.I), "Bitcoin"),
    (re.compile(r"[13][1-9A-HJ-NP-Za-km-z]{25,33}"), "Bitcoin"),
    (re.compile(r"ltc1[0-9a-z]{8,87}", re.I), "Litecoin"),
    (re.compile(r"addr1[0-9a-z]{20,}", re.I), "Cardano"),
    (re.compile(r"r[1-9A-HJ-NP-Za-km-z]{24,34}"), "XRP Ledger"),
)
_PRIVATE = re.compile(r"(0x)?[0-9a-fA-F]{64}")
_SOLANA_SECRET = re.compile(r"[1-9A-HJ-NP-Za-km-z]{86,90}")
_SEED_WORDS = 12
# Addresses that nobody has a key of: what is sent there is burnt.
_BURNT = frozenset(
    {"0x" + "0" * 40, "0x000000000000000000000000000000000000dead", "11111111111111111111111111111111"}
)


class BadAddress(ValueError):
    """It cannot be paid to; `message` says why in words. `code`: `wrong_network`, `not_an_address`, `checksum`,
    `last_signs` (they have to be typed, or are other ones), `private_key` (never to be shown again).
    """

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        self.message = message
        super().__init__(message)


def sent_on(asset: str, network: str) -> bool:
    """Whether we send this coin on this network."""
    return asset in ASSETS and network in ASSETS[asset].networks


def parse(text: str, network: str, *, last_signs: str = "") -> str:
    """The address as it is written on its network. Raises BadAddress.

    `last_signs` are the last six, typed once more: asked for where the address has no check of its own.
    """
    address = "".join(text.split())
    _no_secret(text, address)
    family = NETWORKS[network].family
    name = NETWORKS[network].name
    found = _family(address)
    if found not in (family, ""):
        raise BadAddress(
            "wrong_network",
            _(
                "This is an address of %(found)s. Money sent there on %(network)s would be lost: paste your %(network)s"
                " address, or choose the other network."
            )
            % {"found": _FAMILIES.get(found, found), "network": name},
        )
    if not found:
        example = "0x" if family == EVM else ""
        raise BadAddress(
            "not_an_address",
            _("This is no address of %(network)s. It has %(shape)s; copy it from your wallet.")
            % {
                "network": name,
                "shape": _("42 signs and begins with %(begin)s") % {"begin": example}
                if family == EVM
                else _("32 to 44 letters and digits"),
            },
        )
    parsed = _evm(address, last_signs) if family == EVM else _solana(address)
    if parsed.lower() in _BURNT:
        raise BadAddress(
            "not_an_address", _("Nobody has the key of this address: what is sent there is gone.")
        )
    return parsed


def masked(address: str) -> str:
    """How an address is shown: its beginning and end."""
    return f"{address[:6]}…{address[-4:]}"


_FAMILIES = {EVM: "Ethereum / Polygon", SOLANA: "Solana"}


def _no_secret(text: str, address: str) -> None:
    words = text.split()
    if (
        _PRIVATE.fullmatch(address)
        or _SOLANA_SECRET.fullmatch(address)
        or (len(words) >= _SEED_WORDS and all(word.isalpha() for word in words))
    ):
        raise BadAddress(
            "private_key",
            _(
                "This looks like a private key or a recovery phrase. Whoever has it has your money: never type it"
                " anywhere but in your wallet. We did not keep it. Paste your address, which others may see."
            ),
        )


def _family(address: str) -> str:
    """Of which networks this can be an address: EVM, SOLANA, the name of another, or nothing."""
    if _HEX.fullmatch(address):
        return EVM
    for shape, name in _ELSEWHERE:
        if shape.fullmatch(address) and not _is_solana(address):
            return name
    return SOLANA if 32 <= len(address) <= 44 and _BASE58.fullmatch(address) else ""


def _is_solana(address: str) -> bool:
    from solders.pubkey import Pubkey  # 14 MB that no page but this one needs

    if not (32 <= len(address) <= 44 and _BASE58.fullmatch(address)):
        return False
    try:
        Pubkey.from_string(address)
    except ValueError:
        return False
    return True


def _evm(address: str, last_signs: str) -> str:
    from eth_utils.address import to_checksum_address  # 26 MB that no page but this one needs

    digits = address[2:]
    proper = str(to_checksum_address("0x" + digits.lower()))
    if proper[2:] == digits != digits.lower():
        return proper
    if digits not in (digits.lower(), digits.upper()):
        raise BadAddress(
            "checksum",
            _(
                "A sign of this address is wrong: its small and capital letters do not fit together. Copy it from your"
                " wallet again."
            ),
        )
    typed = "".join(last_signs.split()).lower()
    if not typed:
        raise BadAddress(
            "last_signs",
            _(
                "This address has no check of its own. Compare it with your wallet, and type its last %(count)s signs"
                " below."
            )
            % {"count": LAST_SIGNS},
        )
    if typed != digits[-LAST_SIGNS:].lower():
        raise BadAddress("last_signs", _("These are not the last signs of the address above."))
    return proper


def _solana(address: str) -> str:
    from solders.pubkey import Pubkey

    try:
        key = Pubkey.from_string(address)
    except ValueError as error:
        raise BadAddress(
            "checksum", _("A sign of this address is wrong or missing. Copy it from your wallet again.")
        ) from error
    if not key.is_on_curve():
        raise BadAddress(
            "not_an_address",
            _(
                "This is the address of a program or of a token account, not of a wallet. Paste your wallet’s address."
            ),
        )
    return str(key)

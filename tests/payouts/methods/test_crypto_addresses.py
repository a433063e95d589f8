"""Addresses of crypto money: what proves itself is taken, a wrong network is named, a secret is never kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from solders.pubkey import Pubkey

from payouts import crypto_addresses
from payouts.crypto_addresses import ASSETS, NETWORKS, BadAddress, parse

# The examples of EIP-55 itself.
EIP_55 = (
    "0x52908400098527886E0F7030069857D2E4169EE7",
    "0x8617E340B3D01FA5F11F306F4090FD50E238070D",
    "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
    "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
    "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
    "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
)
SOLANA = "9WzDXwBbmkg8ZTbNMqUxvQRAyrZzDsGYdLVL9zYtAWWM"


def code(text: str, network: str, last_signs: str = "") -> str:
    with pytest.raises(BadAddress) as refused:
        parse(text, network, last_signs=last_signs)
    assert refused.value.message
    return refused.value.code


@pytest.mark.parametrize("address", EIP_55)
def test_an_address_whose_letters_fit_is_taken_and_one_changed_letter_is_not(address: str) -> None:
    assert parse(f" {address}\n", "polygon") == address
    mixed = next(n for n, sign in enumerate(address) if n > 1 and sign.isalpha())
    broken = address[:mixed] + address[mixed].swapcase() + address[mixed + 1 :]
    assert code(broken, "ethereum") in ("checksum", "last_signs")


def test_small_letters_alone_prove_nothing_so_the_last_six_are_typed_again() -> None:
    small = EIP_55[3].lower()
    assert code(small, "ethereum") == "last_signs"
    assert code(small, "ethereum", "c5d358") == "last_signs"
    assert parse(small, "ethereum", last_signs=" C5D359 ") == EIP_55[3]


def test_a_solana_address_is_32_bytes_on_the_curve() -> None:
    assert parse(SOLANA, "solana") == SOLANA
    of_a_program, _bump = Pubkey.find_program_address([b"vault"], Pubkey.from_string(SOLANA))
    assert code(str(of_a_program), "solana") == "not_an_address"
    assert code(SOLANA[:-3], "solana") in ("checksum", "not_an_address")


@pytest.mark.parametrize(
    ("typed", "network", "named"),
    [
        (SOLANA, "polygon", "Solana"),
        (EIP_55[2], "solana", "Ethereum"),
        ("TJRabPrwbZy45sbavfcjinPJC18kjpRTv8", "ethereum", "Tron"),
        ("TJRabPrwbZy45sbavfcjinPJC18kjpRTv8", "solana", "Tron"),
        ("bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", "polygon", "Bitcoin"),
        ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "solana", "Bitcoin"),
    ],
)
def test_an_address_of_another_network_is_refused_and_named(typed: str, network: str, named: str) -> None:
    with pytest.raises(BadAddress) as refused:
        parse(typed, network)
    assert refused.value.code == "wrong_network"
    assert named in refused.value.message


@pytest.mark.parametrize(
    "secret",
    [
        "0x" + "4c" * 32,
        "4C" * 32,
        "legal winner thank year wave sausage worth useful legal winner thank yellow",
        "5" * 88,
    ],
)
def test_a_private_key_or_recovery_phrase_is_refused_as_one(secret: str) -> None:
    for network in NETWORKS:
        assert code(secret, network) == "private_key"


def test_what_nobody_has_the_key_of_is_refused() -> None:
    assert code("0x" + "0" * 40, "ethereum", "000000") == "not_an_address"
    assert code("1" * 32, "solana") == "not_an_address"


def test_each_coin_is_sent_on_networks_that_exist_and_on_no_other() -> None:
    for asset in ASSETS.values():
        assert set(asset.networks) <= set(NETWORKS)
    assert not crypto_addresses.sent_on("DAI", "solana")
    assert not crypto_addresses.sent_on("BTC", "ethereum")
    assert ASSETS["MATIC"].name == "POL (formerly MATIC)"


@given(text=st.text(max_size=120), network=st.sampled_from(sorted(NETWORKS)), last=st.text(max_size=8))
def test_whatever_is_typed_is_an_address_or_refused_in_words(text: str, network: str, last: str) -> None:
    try:
        found = parse(text, network, last_signs=last)
    except BadAddress:
        return
    assert parse(found, network, last_signs=found[-6:]) == found


@given(
    key=st.binary(min_size=20, max_size=20),
    at=st.integers(2, 41),
    sign=st.sampled_from("0123456789abcdefABCDEF"),
)
def test_an_address_with_one_wrong_sign_is_never_taken_for_another(key: bytes, at: int, sign: str) -> None:
    """A wrong sign gets through with a chance of about one in thousands; never where the letters are mixed and fit."""
    from eth_utils.address import to_checksum_address

    proper = str(to_checksum_address("0x" + key.hex()))
    typed = proper[:at] + sign + proper[at + 1 :]
    try:
        taken = parse(typed, "ethereum")
    except BadAddress:
        return
    assert taken == to_checksum_address(typed.lower())
    assert taken == typed

"""Zuri's files are scanned where there is a scanner: by Debian's clamd, which knows one virus."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.files.storage import storages
from django.db import connection
from django.test import Client
from django.urls import reverse

from marketplace import policy as marketplace_policy
from marketplace import tasks
from marketplace.media import digital_files, virus_scan
from marketplace.models import DigitalFile, Download, Product
from marketplace.sellers import listings
from tests import market as scene
from tests.marketplace.media.scanner import EICAR, STREAM_MOST_BYTES, Clamd
from tests.marketplace.sellers import uploads
from tests.seller_scene import at_desk, bought
from tests.shopping import tell

if TYPE_CHECKING:
    from pytest_django import Settings

pytestmark = pytest.mark.django_db
AWAY = "/nowhere/clamd.sock"


@pytest.fixture(scope="module")
def clamd() -> Iterator[Clamd]:
    """The scanner, once for these tests."""
    started = Clamd()
    yield started
    started.stop()


@pytest.fixture
def scanner(clamd: Clamd, settings: Settings) -> Clamd:
    """It, named in the settings."""
    settings.CLAMD_ADDRESS = clamd.address
    return clamd


def kept_files() -> int:
    private = storages["private"]
    return len(private.listdir("digital")[1]) if private.exists("digital") else 0


def edit(market: scene.Market) -> str:
    return reverse("seller:listing_edit", args=[market.zine.product_id])


def words(market: scene.Market) -> str:
    return at_desk(market.zuri).get(edit(market)).content.decode()


def test_a_virus_is_refused_in_words_beside_the_field_and_kept_nowhere(scanner: Clamd) -> None:
    market, before = scene.opened(), kept_files()

    answer = at_desk(market.zuri).post(
        edit(market), {"do": "files", "files": [uploads.file(EICAR, "song.txt"), uploads.pdf()]}
    )

    beside = answer.content.decode().partition('id="files-error"')[2].partition("</div>")[0]
    assert answer.status_code == 400
    assert "song.txt: A virus was found in it: Eicar-Test-Signature" in beside
    assert "zine.pdf" not in beside
    kept = DigitalFile.objects.get()
    assert (kept.name, kept.scan) == ("zine.pdf", "clean")
    assert kept_files() == before + 1
    assert "scanned for viruses before it is sold" in words(market)


def test_more_than_the_scanner_takes_is_refused_in_words(scanner: Clamd) -> None:
    market, before = scene.opened(), kept_files()

    with pytest.raises(digital_files.FileRefused, match="larger than what our virus scanner takes"):
        digital_files.add(market.zine.product, uploads.pdf(STREAM_MOST_BYTES * 3))

    assert not DigitalFile.objects.exists()
    assert kept_files() == before


def test_while_the_scanner_is_away_an_upload_is_taken_and_not_sold_until_it_was_scanned(
    clamd: Clamd, settings: Settings
) -> None:
    market = scene.opened()
    product = market.zine.product
    sold_before = digital_files.add(product, uploads.pdf())
    settings.CLAMD_ADDRESS = AWAY
    file = digital_files.add(product, uploads.file(b"%PDF-1.7 new", "new.pdf"))

    assert (sold_before.scan, file.scan) == ("none", "waiting")
    assert "waits for the virus scanner and is not sold until then" in words(market)
    bought(market, (market.zine, 1))
    assert [one.file_id for one in Download.objects.all()] == [sold_before.pk]
    assert "new.pdf" not in at_desk(market.zuri).get(f"/p/x-{product.pk}/", follow=True).content.decode()
    assert tasks.scan_files() == 0  # still away
    file.refresh_from_db()
    assert file.scan == "waiting"

    settings.CLAMD_ADDRESS = clamd.address
    assert tasks.scan_files() == 2  # that one, and the one of before
    assert tasks.scan_files() == 0

    file.refresh_from_db()
    assert (file.scan, file.virus) == ("clean", "")
    bought(market, (market.zine, 1))
    assert Download.objects.filter(file=file).count() == 1
    assert "scanned for viruses" in words(market)


def test_a_listing_whose_file_waits_is_not_published(settings: Settings, clamd: Clamd) -> None:
    market = scene.opened()
    product = market.zine.product
    Product.objects.filter(pk=product.pk).update(status="draft")
    settings.CLAMD_ADDRESS = AWAY
    digital_files.add(product, uploads.pdf())
    product.refresh_from_db()
    assert any("still being scanned" in one for one in listings.problems(product))

    settings.CLAMD_ADDRESS = clamd.address
    tasks.scan_files()

    assert not any("scanned" in one for one in listings.problems(product))


@pytest.mark.django_db(transaction=True)
def test_a_virus_that_the_job_finds_is_deleted_and_its_seller_reads_why(
    clamd: Clamd, settings: Settings
) -> None:
    market = scene.opened()
    Product.objects.filter(pk=market.zine.product_id).update(status="draft")
    settings.CLAMD_ADDRESS = AWAY
    file = digital_files.add(market.zine.product, uploads.file(EICAR, "song.txt"))
    key = file.file.name or ""
    assert storages["private"].exists(key)

    settings.CLAMD_ADDRESS = clamd.address
    tasks.scan_files()

    file.refresh_from_db()
    assert (file.scan, file.virus) == ("refused", "Eicar-Test-Signature.UNOFFICIAL")
    assert not storages["private"].exists(key)
    assert "refused: a virus was found (Eicar-Test-Signature.UNOFFICIAL)" in words(market)
    assert listings.problems(market.zine.product)[-1] == "Its file was refused. Add another that buyers get"
    digital_files.remove(file)
    assert not DigitalFile.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_what_was_sold_before_there_was_a_scanner_is_scanned_and_its_seller_told(
    clamd: Clamd, settings: Settings, client: Client
) -> None:
    market = scene.opened()
    product = market.zine.product
    bad = digital_files.add(product, uploads.file(EICAR, "song.txt"))
    bought(market, (market.zine, 1))
    good = digital_files.add(product, uploads.pdf())
    lost = digital_files.add(product, uploads.file(b"%PDF-1.7 lost", "lost.pdf"))
    storages["private"].delete(lost.file.name or "")
    tasks.scan_files()
    assert {one.scan for one in DigitalFile.objects.all()} == {"none"}  # there is none to ask

    settings.CLAMD_ADDRESS = clamd.address
    assert tasks.scan_files() == 2

    for one in (bad, good, lost):
        one.refresh_from_db()
    assert (bad.scan, good.scan, lost.scan) == ("refused", "clean", "none")
    download = Download.objects.get()
    client.force_login(market.amara)
    assert "a virus was found in it after it was sold" in client.get("/account/downloads/").content.decode()
    assert client.post(f"/account/downloads/{download.pk}/").status_code == 403
    download.refresh_from_db()
    assert download.count == 0
    product.refresh_from_db()
    assert product.status == "active"  # the other file is there

    tell()
    (letter,) = [one for one in mail.outbox if one.to == [market.zuri.user.email] and "song" in one.subject]
    assert "Eicar-Test-Signature" in letter.body
    assert f"/seller/listings/{product.pk}/" in letter.body
    assert "“song.txt” of" in at_desk(market.zuri).get("/account/notifications/").content.decode()
    tasks.scan_files()
    tell()
    assert len([one for one in mail.outbox if "song" in one.subject]) == 1


@pytest.mark.django_db(transaction=True)
def test_a_listing_left_without_its_file_is_off_sale_and_a_merely_large_one_stays(
    clamd: Clamd, settings: Settings
) -> None:
    market = scene.opened()
    product = market.zine.product
    large = digital_files.add(product, uploads.pdf(STREAM_MOST_BYTES * 3))
    settings.CLAMD_ADDRESS = clamd.address
    tasks.scan_files()
    large.refresh_from_db()
    assert (large.scan, large.can_be_sold) == ("large", True)
    assert storages["private"].exists(large.file.name or "")
    assert tasks.scan_files() == 0

    DigitalFile.objects.all().delete()
    settings.CLAMD_ADDRESS = ""
    digital_files.add(product, uploads.file(EICAR, "song.txt"))
    settings.CLAMD_ADDRESS = clamd.address
    tasks.scan_files()
    product.refresh_from_db()
    assert product.status == "draft"
    tell()
    assert any("so it is not on sale" in one.body for one in mail.outbox)


def test_what_is_on_sale_keeps_a_file_to_hand_out() -> None:
    market = scene.opened()
    only = digital_files.add(market.zine.product, uploads.pdf())

    with pytest.raises(digital_files.FileRefused, match="it is on sale"):
        digital_files.remove(only)
    waits = digital_files.add(market.zine.product, uploads.pdf())
    DigitalFile.objects.filter(pk=waits.pk).update(scan="waiting")
    with pytest.raises(digital_files.FileRefused, match="it is on sale"):
        digital_files.remove(only)
    DigitalFile.objects.filter(pk=waits.pk).update(scan="clean")
    digital_files.remove(only)

    assert [one.pk for one in market.zine.product.files.all()] == [waits.pk]


def test_a_scanner_that_hangs_holds_a_form_of_files_up_once(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    market = scene.opened()
    cache.clear()
    with socket.create_server(("127.0.0.1", 0)) as mute:  # takes connections, never answers
        settings.CLAMD_ADDRESS = f"127.0.0.1:{mute.getsockname()[1]}"
        monkeypatch.setattr(marketplace_policy, "SCAN_SECONDS", 1)
        began = time.monotonic()
        files = [digital_files.add(market.zine.product, uploads.pdf()) for _ in range(5)]

    assert time.monotonic() - began < 3
    assert {one.scan for one in files} == {"waiting"}


@pytest.mark.parametrize("answer", [b"", b"stream: ", b"INSTREAM: Broken ERROR\0", b"\xff" * 9000])
def test_what_is_no_answer_is_believed_to_be_none(answer: bytes, settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as odd:
        settings.CLAMD_ADDRESS = f"127.0.0.1:{odd.getsockname()[1]}"

        def answers() -> None:
            taken, _address = odd.accept()
            with taken:
                taken.recv(100)
                taken.sendall(answer)

        speaking = threading.Thread(target=answers)
        speaking.start()
        assert virus_scan.scan([b"x"], seconds=5) == virus_scan.Scan(virus_scan.Verdict.UNKNOWN)
        speaking.join()


def test_without_a_scanner_it_is_said_to_the_seller_and_in_help_and_not_to_the_buyer() -> None:
    market = scene.opened()
    digital_files.add(market.zine.product, uploads.pdf())
    bought(market, (market.zine, 1))

    assert "zine.pdf" in words(market)
    assert words(market).count("not scanned for viruses") == 2  # at the field, and at the file
    assert "not scanned for viruses" in at_desk(market.zuri).get("/help/downloads/").content.decode()
    shown = at_desk(market.zuri)
    shown.force_login(market.amara)
    assert "viruses" not in shown.get("/account/downloads/").content.decode()


def test_the_scanner_is_asked_outside_of_any_transaction(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    market = scene.opened()
    settings.CLAMD_ADDRESS = AWAY
    depth = len(connection.savepoint_ids)
    seen: list[int] = []
    monkeypatch.setattr(
        virus_scan,
        "scan",
        lambda chunks, *, seconds: (
            seen.append(len(connection.savepoint_ids)),
            virus_scan.Scan(virus_scan.Verdict.CLEAN),
        )[1],
    )
    digital_files.add(market.zine.product, uploads.pdf())

    assert seen == [depth]

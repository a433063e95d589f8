"""Files for sale: names are text, content is bytes, neither is trusted."""

import hashlib

import pytest
from django.core.files.storage import storages

from marketplace import policy as marketplace_policy
from marketplace.media import digital_files
from marketplace.models import DigitalFile
from tests import market as scene
from tests.marketplace.sellers import uploads
from tests.seller_scene import bought


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("zine.pdf", "zine.pdf"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\system.ini", "system.ini"),
        ("%2e%2e/secret.txt", "secret.txt"),
        ("/absolute/path.zip", "path.zip"),
        (".htaccess", "htaccess"),
        ("photo\u202efdp.exe", "photofdp.exe"),
        ("a\x00b\r\nSet-Cookie: x.txt", "abSet-Cookie: x.txt"),
        ("  ...  ", ""),
        ("", ""),
        ("Àdìrẹ patterns ŋ.pdf", "Àdìrẹ patterns ŋ.pdf"),
    ],
)
def test_a_name_is_only_text(raw: str, shown: str) -> None:
    assert digital_files.name_of(raw) == shown


def test_a_name_of_300_letters_keeps_its_ending() -> None:
    name = digital_files.name_of("a" * 300 + ".pdf")

    assert len(name) == 200
    assert name.endswith("aaa.pdf")


@pytest.mark.django_db
class TestUpload:
    def test_a_file_is_kept_under_a_name_of_our_own_with_its_digest(self) -> None:
        market = scene.opened()
        content = b"%PDF-1.7 night market"

        row = digital_files.add(market.zine.product, uploads.file(content, "../Night\u202eMarket.pdf"))

        assert row.name == "NightMarket.pdf"
        assert row.file.name.startswith("digital/")
        assert "Market" not in row.file.name
        assert row.sha256 == hashlib.sha256(content).hexdigest()
        assert (row.size, row.limit, row.days, row.position) == (
            len(content),
            marketplace_policy.DOWNLOADS_PER_SALE,
            marketplace_policy.DOWNLOAD_DAYS,
            0,
        )
        assert row.file.read() == content
        assert not storages["default"].exists(row.file.name)

    @pytest.mark.parametrize(("content", "name"), [(b"", "a.pdf"), (b"x", "..."), (b"x", "\u202e\u200b")])
    def test_without_a_name_or_content_nothing_is_kept(self, content: bytes, name: str) -> None:
        market = scene.opened()
        upload = uploads.file(content, "placeholder")
        upload._name = name  # what a browser may send, past Django's own cleaning

        with pytest.raises(digital_files.FileRefused):
            digital_files.add(market.zine.product, upload)

        assert not DigitalFile.objects.exists()

    def test_a_zip_is_never_opened(self) -> None:
        market = scene.opened()
        bomb = b"PK\x03\x04" + b"\0" * 64 + b"../../../../tmp/evil"

        row = digital_files.add(market.zine.product, uploads.file(bomb, "patterns.zip"))

        assert row.file.read() == bomb

    def test_a_file_above_the_cap_and_a_shop_above_its_quota_are_refused(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        market = scene.opened()
        monkeypatch.setattr(marketplace_policy, "FILE_MOST_BYTES", 100)
        with pytest.raises(digital_files.FileRefused):
            digital_files.add(market.zine.product, uploads.pdf(101))
        monkeypatch.setattr(marketplace_policy, "SHOP_FILES_MOST_BYTES", 150)
        digital_files.add(market.zine.product, uploads.pdf(90))

        with pytest.raises(digital_files.FileRefused):
            digital_files.add(market.zine.product, uploads.pdf(90))

        assert market.zine.product.files.count() == 1

    def test_no_row_no_file(self, monkeypatch: pytest.MonkeyPatch) -> None:
        market = scene.opened()
        kept: list[str] = []
        private = storages["private"]
        real = private.save
        monkeypatch.setattr(
            private, "save", lambda name, content: kept.append(real(name, content)) or kept[-1]
        )
        monkeypatch.setattr(digital_files, "private_files", lambda: private)
        monkeypatch.setattr(DigitalFile.objects, "create", _refuse)

        with pytest.raises(RuntimeError):
            digital_files.add(market.zine.product, uploads.pdf())

        assert kept
        assert not private.exists(kept[0])

    def test_a_file_that_was_sold_stays(self) -> None:
        market = scene.opened()
        row = digital_files.add(market.zine.product, uploads.pdf())
        bought(market, (market.zine, 1))

        with pytest.raises(digital_files.FileRefused):
            digital_files.remove(row)

        assert row.file.storage.exists(row.file.name)


def _refuse(**_: object) -> None:
    raise RuntimeError("no row")

"""What Amara bought as files: hers alone, so often and so long as was agreed, never by a public path."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from banibs.core.models import Event
from marketplace import policy
from marketplace.media import file_responses
from marketplace.models import Download, Order, OrderLine
from marketplace.orders import downloads
from marketplace.storage import private_files
from tests import market as scene
from tests.shopping import buys, file

pytestmark = pytest.mark.django_db
CONTENT = b"0123456789" * 10


def bought(
    client: Client, *, limit: int | None = 5, name: str = "Night Market.pdf"
) -> tuple[scene.Market, Download]:
    market = scene.opened()
    file(market.zine, name, content=CONTENT, limit=limit)
    buys(market, (market.zine, 1))
    client.force_login(market.amara)
    return market, Download.objects.get()


def press(client: Client, download: Download):
    return client.post(f"/account/downloads/{download.pk}/")


def body(answer) -> bytes:
    return b"".join(answer.streaming_content)


def count(download: Download) -> int:
    download.refresh_from_db()
    return download.count


def test_a_press_is_counted_and_leads_to_the_file(client: Client) -> None:
    _market, download = bought(client)
    page = client.get("/account/downloads/").content.decode()
    assert "5 of 5 downloads left" in page
    assert "viruses" not in page  # that is said where files are uploaded, and in help

    link = press(client, download).headers["Location"]
    answer = client.get(link)

    assert body(answer) == CONTENT
    assert answer.headers["Content-Disposition"] == 'attachment; filename="Night Market.pdf"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "no-store" in answer.headers["Cache-Control"]
    assert count(download) == 1
    assert Event.objects.filter(kind="download.started", subject_id=download.pk).count() == 1
    assert "4 of 5 downloads left" in client.get("/account/downloads/").content.decode()


def test_what_broke_off_is_resumed_by_the_same_link_and_counts_once(client: Client) -> None:
    _market, download = bought(client)
    link = press(client, download).headers["Location"]

    first = client.get(link, headers={"Range": "bytes=0-39"})
    rest = client.get(link, headers={"Range": "bytes=40-", "If-Range": first.headers["ETag"]})
    tail = client.get(link, headers={"Range": "bytes=-5"})

    assert (first.status_code, rest.status_code) == (206, 206)
    assert body(first) + body(rest) == CONTENT
    assert first.headers["Content-Range"] == "bytes 0-39/100"
    assert first.headers["Content-Length"] == "40"
    assert body(tail) == b"56789"
    assert count(download) == 1


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("bytes=100-", 416), ("bytes=-0", 416), ("bytes=500-600", 416), ("bytes=0-0", 206), ("bytes=90-999", 206),
        ("bytes=5-2", 200), ("bytes=0-1,4-5", 200), ("items=0-1", 200), ("bytes=-", 200), ("bytes=a-b", 200),
        ("bytes=99999999999999999999-", 200),
    ],
)  # fmt: skip
def test_ranges_that_make_no_sense_do_no_harm(client: Client, asked: str, status: int) -> None:
    _market, download = bought(client)
    link = press(client, download).headers["Location"]
    answer = client.get(link, headers={"Range": asked})
    assert answer.status_code == status
    if status == 416:
        assert answer.headers["Content-Range"] == "bytes */100"


def test_a_changed_file_is_sent_whole(client: Client) -> None:
    _market, download = bought(client)
    link = press(client, download).headers["Location"]
    answer = client.get(link, headers={"Range": "bytes=5-", "If-Range": '"another"'})
    assert answer.status_code == 200
    assert body(answer) == CONTENT


def test_after_the_last_one_there_is_no_more(client: Client) -> None:
    _market, download = bought(client, limit=2)
    assert [press(client, download).status_code for _ in range(4)] == [302, 302, 429, 429]
    assert count(download) == 2
    assert "no downloads left" in client.get("/account/downloads/").content.decode()


def test_after_its_time_there_is_no_more(client: Client) -> None:
    _market, download = bought(client)
    link = press(client, download).headers["Location"]
    Download.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    assert press(client, download).status_code == 410
    assert count(download) == 1
    assert client.get(link).status_code == 200  # the link that was given keeps its hour


def test_a_link_is_good_for_an_hour_by_our_clock(client: Client) -> None:
    _market, download = bought(client)
    link = press(client, download).headers["Location"]
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO core_clockoffset (id, \"offset\") VALUES (1, interval '61 minutes')")
    assert client.get(link).status_code == 410
    assert count(download) == 1


@pytest.mark.parametrize("status", ["created", "canceled", "refunded"])
def test_what_is_not_paid_or_was_given_back_is_refused(client: Client, status: str) -> None:
    _market, download = bought(client)
    link = press(client, download).headers["Location"]
    Order.objects.update(status=status)
    assert press(client, download).status_code == 403
    assert client.get(link).status_code == 403
    assert count(download) == 1
    page = client.get("/account/downloads/").content.decode()
    assert "not available" in page
    assert f'action="/account/downloads/{download.pk}/"' not in page


def test_a_refunded_line_and_a_disputed_order_are_refused(client: Client) -> None:
    _market, download = bought(client)
    OrderLine.objects.update(refunded=700)
    assert press(client, download).status_code == 403
    OrderLine.objects.update(refunded=0)
    Order.objects.update(dispute="open")
    assert press(client, download).status_code == 403
    assert count(download) == 0


def test_it_is_hers_alone(client: Client) -> None:
    market, download = bought(client)
    link = press(client, download).headers["Location"]
    client.force_login(market.zuri.user)
    assert press(client, download).status_code == 404
    assert client.get(link).status_code == 404
    assert "Night Market" not in client.get("/account/downloads/").content.decode()
    client.logout()
    assert client.get(link).headers["Location"].startswith("/accounts/login/")
    assert count(download) == 1


def test_a_link_changed_anywhere_is_no_link(client: Client) -> None:
    _market, download = bought(client)
    link = press(client, download).headers["Location"]
    start = len("/account/downloads/file/")
    for place in range(start, len(link) - 1):
        other = "A" if link[place] != "A" else "B"
        assert client.get(link[:place] + other + link[place + 1 :]).status_code == 404


def test_there_is_no_public_path(client: Client) -> None:
    _market, download = bought(client)
    stored = download.file.file.name
    client.logout()
    for path in (
        f"/media/{stored}",
        f"/media/../private/{stored}",
        f"/media/..%2fprivate%2f{stored}",
        f"/static/{stored}",
    ):
        assert client.get(path).status_code == 404
    assert private_files().exists(stored)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("night\r\nSet-Cookie: a=b.pdf", "nightSet-Cookie: a=b.pdf"),
        ("gpj.\u202eexe", "gpj.exe"),
        (".htaccess", "htaccess"),
        ("n\x00ame.pdf", "name.pdf"),
        ("x" * 300 + ".pdf", "x" * 100 + ".pdf"),
        ("", "download"),
        ("...", "download"),
    ],
)
def test_a_hostile_name_is_only_a_name(name: str, shown: str) -> None:
    assert file_responses.clean(name) == shown


def test_a_name_of_any_script_arrives_by_rfc_6266(client: Client) -> None:
    _market, download = bought(client, name="Àṣà ẹ̀kọ́.pdf")
    answer = client.get(press(client, download).headers["Location"])
    said = answer.headers["Content-Disposition"]
    assert said.startswith("attachment; filename*=utf-8''")
    assert "%E1%BA%B9" in said


def test_a_lost_file_says_so(client: Client) -> None:
    _market, download = bought(client)
    link = press(client, download).headers["Location"]
    private_files().delete(download.file.file.name)
    answer = client.get(link)
    assert answer.status_code == 404
    assert "We cannot find the file" in answer.content.decode()


def test_the_links_person_is_checked_against_the_one_signed_in(client: Client) -> None:
    market, download = bought(client)
    token = downloads.link(download, until=timezone.now() + dt.timedelta(minutes=5))
    with pytest.raises(Download.DoesNotExist):
        downloads.by_link(token, user_id=market.zuri.user_id)


@pytest.mark.parametrize("method", ["HEAD", "GET"])
def test_a_flood_of_requests_for_one_file_is_told_to_wait_and_loses_no_download(
    client: Client, method: str
) -> None:
    _market, download = bought(client)
    link = press(client, download).headers["Location"]
    statuses = [client.generic(method, link).status_code for _each in range(60)]
    assert statuses == [200] * policy.DOWNLOAD_REQUESTS_MOST + [429] * (60 - policy.DOWNLOAD_REQUESTS_MOST)
    refused = client.get(link)
    assert refused.headers["Retry-After"] == "60"
    assert "Try again a little later" in refused.content.decode()
    assert count(download) == 1

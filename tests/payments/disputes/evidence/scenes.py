"""What stories of evidence share: a disputed payment at the local Stripe, and files to show."""

from __future__ import annotations

import datetime as dt
import io
import random
from typing import Any

import pikepdf
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from pypdf import PdfWriter

from banibs.core import clock
from banibs.users.models import User
from marketplace.models import Order
from marketplace.storage import private_files
from payments.disputes.evidence import drafts
from payments.models import Dispute, EarlyFraudWarning, Intent, Payment, PaymentSplit
from tests.stripe import LocalStripe


def disputed(local_stripe: LocalStripe, row: Intent, **more: Any) -> Dispute:
    """Amara's bank disputes the charge, as the local Stripe tells it."""
    local_stripe.control("disputes", {"charge": row.charge_id, "reason": "product_not_received", **more})
    local_stripe.deliver()
    return Dispute.objects.get(intent=row)


def pdf(pages: int = 1, *, weight: int = 0, **more: Any) -> bytes:
    """A PDF; `weight` bytes of it do not get smaller."""
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(width=595, height=842)
    if weight:
        noise = random.Random(weight).randbytes(weight)
        picture = io.BytesIO()
        side = int((weight / 3) ** 0.5)
        Image.frombytes("RGB", (side, side), noise[: side * side * 3]).save(picture, "PDF", quality=100)
        writer.append(io.BytesIO(picture.getvalue()))
    if more.get("password"):
        writer.encrypt(more["password"])
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def pdf_with_script(script: str) -> bytes:
    """A PDF that runs a script when it is opened, and another when its page is touched."""
    with pikepdf.open(io.BytesIO(pdf())) as book:
        action = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=script)
        book.Root.OpenAction = action
        book.pages[0].AA = pikepdf.Dictionary(O=action)
        book.pages[0].Annots = pikepdf.Array(
            [pikepdf.Dictionary(Subtype=pikepdf.Name.Link, Rect=[0, 0, 99, 99], A=action)]
        )
        out = io.BytesIO()
        book.save(out, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return out.getvalue()


def photo(kind: str = "JPEG", side: int = 400) -> bytes:
    """A picture of the basket at the door."""
    out = io.BytesIO()
    Image.new("RGB", (side, side), (180, 120, 40)).save(out, kind)
    return out.getvalue()


def upload(content: bytes, name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def seller(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def kept_files() -> set[str]:
    """What lies in the private storage for evidence."""
    return set(private_files().listdir("evidence")[1]) if private_files().exists("evidence") else set()


def at_stripe(local_stripe: LocalStripe, dispute: Dispute) -> Any:
    """The dispute as the local Stripe has it."""
    return local_stripe.client.v1.disputes.retrieve(dispute.stripe_id)


def disputed_in_rows(order: Order) -> Dispute:
    """A bank disputes the order, as rows alone; Zuri has written and added something."""
    payment = Payment.objects.get()
    PaymentSplit.objects.update(card_part=1)
    intent = Intent.objects.create(
        payment=payment, kind="payment_intent", status="succeeded", amount=1, currency="GBP", stripe_id="pi_1"
    )
    dispute = Dispute.objects.create(
        stripe_id="du_1", payment=payment, intent=intent, state="open", currency="GBP", amount=1, reason="general",
        due_by=clock.now() + dt.timedelta(days=9),
    )  # fmt: skip
    drafts.write(dispute.pk, order.pk, notes="The neighbour took it in")
    upload = SimpleUploadedFile("slip.pdf", pdf())
    drafts.add_file(dispute.pk, order.pk, upload, shows="delivery", user_id=order.seller.user_id)
    EarlyFraudWarning.objects.create(stripe_id="issfr_1", payment=payment, intent=intent, fraud_type="misc")
    return dispute

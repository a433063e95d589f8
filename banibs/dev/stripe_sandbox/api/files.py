"""Files: uploads such as the evidence of a dispute, kept beside the state file."""

from banibs.dev.stripe_sandbox.context import Context
from banibs.dev.stripe_sandbox.errors import InvalidParameter
from banibs.dev.stripe_sandbox.examples import new
from banibs.dev.stripe_sandbox.ids import new_id
from banibs.dev.stripe_sandbox.lists import listed, page
from banibs.dev.stripe_sandbox.params import LIST, Moments, Shape, Text
from banibs.dev.stripe_sandbox.store import Object

_PURPOSES = Text(
    "account_requirement",
    "additional_verification",
    "business_icon",
    "business_logo",
    "dispute_evidence",
    "identity_document",
    "tax_document_user_upload",
)
CREATE = Shape({"purpose": _PURPOSES}, required=("purpose",))
LISTING = Shape({**LIST, "created": Moments(), "purpose": _PURPOSES})
LARGEST = 5_000_000  # bytes, as Stripe takes for evidence
# How the files begin that a bank can read.
_OF_EVIDENCE = {"pdf": b"%PDF-", "jpg": b"\xff\xd8\xff", "png": b"\x89PNG\r\n\x1a\n"}


def create(ctx: Context) -> Object:
    """Keep an uploaded file."""
    upload = ctx.params.get("file")
    if upload is None:
        raise InvalidParameter("Missing required param: file.", code="parameter_missing", param="file")
    if upload.size > LARGEST:
        raise InvalidParameter("The file is larger than 5 MB.", param="file")
    if not upload.size:
        raise InvalidParameter("The file is empty.", param="file")
    content = upload.read()
    known = _type_of(content)
    if ctx.params["purpose"] == "dispute_evidence" and not known:
        raise InvalidParameter(
            "Invalid file type: evidence of a dispute is a PDF, a JPEG or a PNG.", param="file"
        )
    file_id, ending = new_id("file"), known or upload.name.rpartition(".")[2].lower()[:8]
    folder = ctx.store.folder / "files"
    folder.mkdir(exist_ok=True)
    (folder / file_id).write_bytes(content)
    body = new(
        "file", id=file_id, created=ctx.now(), expires_at=ctx.now() + 240 * 86400, filename=upload.name[:200],
        links=listed([], url=f"/v1/file_links?file={file_id}"), purpose=ctx.params["purpose"], size=upload.size,
        type=ending, url=f"{ctx.base_url}/v1/files/{file_id}/contents",
    )  # fmt: skip
    return ctx.save(body)


def _type_of(content: bytes) -> str:
    return next((ending for ending, start in _OF_EVIDENCE.items() if content.startswith(start)), "")


def retrieve(ctx: Context, file_id: str) -> Object:
    """What is known of a file."""
    return ctx.load("file", file_id)


def list_(ctx: Context) -> Object:
    """A page of files."""
    return page(ctx, "file", url="/v1/files", where={"purpose": ctx.params.get("purpose")})

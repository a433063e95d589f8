"""The form of a draft of evidence: what to say, and a file."""

from __future__ import annotations

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.template.defaultfilters import filesizeformat
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banibs.core.ui.forms import NoCardNumbers, TextField
from payments.disputes.evidence import drafts
from payments.disputes.evidence.drafts import EvidenceRefused, Room
from payments.models import DisputeEvidence, EvidenceFile


class EvidenceForm(NoCardNumbers, forms.Form):
    """Notes, and one file with what it shows. Both may be left as they are."""

    notes = TextField(
        label=gettext_lazy("What the bank should know"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    file = forms.FileField(
        label=gettext_lazy("Add a file"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
    )
    shows = forms.ChoiceField(
        label=gettext_lazy("What it shows"), required=False, choices=EvidenceFile.Shows.choices
    )

    def __init__(
        self,
        room: Room,
        part: DisputeEvidence | None,
        data: QueryDict | None = None,
        files: MultiValueDict[str, UploadedFile[bytes]] | None = None,
    ) -> None:
        super().__init__(data, files, initial={"notes": part.notes if part else ""})
        notes = self.fields["notes"]
        assert isinstance(notes, TextField)
        notes.max_length = room.characters
        notes.widget.attrs["maxlength"] = room.characters
        notes.help_text = _("Facts and dates, in English where you can: a person at the bank reads it.")
        self.fields["file"].help_text = _(
            "PDF, JPEG or PNG. Together at most %(size)s and %(pages)d pages: the bank takes no more."
        ) % {"size": filesizeformat(room.bytes), "pages": room.pages}


def keep(form: EvidenceForm, *, dispute_id: int, order_id: int | None, user_id: int) -> bool:
    """Keeps what a valid form says: the notes first, then the file. False when something was refused: the form says what,
    and the notes that were right are kept.
    """
    said = form.cleaned_data
    try:
        drafts.write(dispute_id, order_id, notes=said["notes"])
        upload: UploadedFile[bytes] | None = said.get("file")
        if upload is not None:
            shows = said.get("shows") or EvidenceFile.Shows.OTHER
            drafts.add_file(dispute_id, order_id, upload, shows=shows, user_id=user_id)
    except EvidenceRefused as refused:
        form.add_error(refused.field or None, refused.message)
        return False
    return True

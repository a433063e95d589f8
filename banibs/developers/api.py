"""The API's own keys: list, create (shown once), revoke."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.response import Response
from rest_framework.views import APIView

from banibs.core.api import LineField, Refused, StrictSerializer, known_filters, page_of
from banibs.core.api.request import Request
from banibs.developers import keys
from banibs.developers.models import ApiKey


class KeySerializer(serializers.Serializer[object]):
    """A key without its secret."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    prefix = serializers.CharField()
    scopes = serializers.ListField(child=serializers.CharField())
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True)
    last_used_at = serializers.DateTimeField(allow_null=True)


class NewKeySerializer(KeySerializer):
    """A key with its text, this once."""

    key = serializers.CharField()


class KeyRequest(StrictSerializer):
    """What a key is made from."""

    name = LineField(max_length=80)
    scopes = serializers.ListField(child=serializers.CharField(max_length=24), min_length=1, max_length=30)
    expires_at = serializers.DateTimeField(required=False, allow_null=True, default=None)


KeyList = page_of(KeySerializer, "Key")


class KeysView(APIView):
    """`developer/keys/`: a key that makes another gives away no more than it has, and takes it along when it ends."""

    scope = "developer"

    @extend_schema(responses=KeyList)
    def get(self, request: Request) -> Response:
        known_filters(request)
        return Response(
            {
                "results": KeySerializer(keys.living(request.user), many=True).data,
                "next": None,
                "previous": None,
            }
        )

    @extend_schema(request=KeyRequest, responses={201: NewKeySerializer})
    def post(self, request: Request) -> Response:
        asked = KeyRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        maker = request.auth if isinstance(request.auth, ApiKey) else None
        try:
            row, text = keys.create(
                request.user,
                **asked.validated_data,
                maker=maker,
                session_key=request._request.session.session_key if maker is None else None,
            )
        except keys.MakerRefused as refused:
            raise Refused(
                403, "insufficient_scope", _("A key cannot give away more than it has")
            ) from refused
        except keys.ScopeRefused as refused:
            message = _("There is no such scope for you: %(scope)s") % {"scope": refused}
            raise Refused(400, "unknown_scope", message, fields={"scopes": [message]}) from refused
        return Response({**KeySerializer(row).data, "key": text}, status=201)


class KeyView(APIView):
    """`developer/keys/{id}/`"""

    scope = "developer"

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        if not keys.revoke(request.user, pk):
            raise NotFound
        return Response(status=204)

"""Who is signed in, for views that nobody else reaches."""

from django.http import HttpRequest

from banibs.users.models import User


def current_user(request: HttpRequest) -> User:
    """The signed-in person. Behind `login_required` there always is one; raises TypeError elsewhere."""
    if not isinstance(request.user, User):
        raise TypeError("nobody is signed in")
    return request.user

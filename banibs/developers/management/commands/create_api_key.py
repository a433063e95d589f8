"""`manage.py create_api_key --user EMAIL --scopes "*"`: prints a key, once."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from banibs.developers import keys
from banibs.users.models import User


class Command(BaseCommand):
    help = "Creates an API key of a person and prints it. It cannot be shown again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--user", required=True, metavar="EMAIL")
        parser.add_argument("--scopes", default="*", help='"*" or a list such as "orders:read,wallet:read"')
        parser.add_argument("--name", default="Made on the command line")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email__iexact=options["user"]).first()
        if user is None:
            raise CommandError(f"There is no account with the address {options['user']}.")
        scopes = [scope.strip() for scope in options["scopes"].replace(",", " ").split()]
        try:
            _, text = keys.create(user, name=options["name"], scopes=scopes)
        except keys.ScopeRefused as refused:
            raise CommandError(f"There is no such scope for this account: {refused}") from refused
        self.stdout.write(text)

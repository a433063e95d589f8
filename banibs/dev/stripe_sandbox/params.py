"""Form parameters as Stripe reads them: nested brackets decoded, unknown names refused, types checked
by name.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from banibs.dev.stripe_sandbox.errors import InvalidParameter

DEEPEST = 8
_PUBLIC = re.compile(r"\.[a-z]{2,}$")  # a name on the internet: neither an address nor "localhost"
_PART = re.compile(r"\[([^\]]*)\]")


def decode(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """`a[b][0]=x` becomes `{"a": {"b": ["x"]}}`; `a[]=x` appends. At most eight levels deep."""
    tree: dict[str, Any] = {}
    for name, value in pairs:
        head, *rest = [name.split("[", 1)[0], *_PART.findall(name)]
        if len(rest) > DEEPEST:
            raise InvalidParameter(f"Invalid {head}: nested too deep", param=head)
        node = tree
        for part, following in zip([head, *rest], [*rest, None], strict=True):
            part = str(len(node)) if part == "" else part
            if following is None:
                node[part] = value
            else:
                below = node.setdefault(part, {})
                if not isinstance(below, dict):
                    raise InvalidParameter(f"Invalid {head}: expected an object", param=head)
                node = below
    return {name: _listed(value) for name, value in tree.items()}


def _listed(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if value and all(key.isdigit() for key in value):
        return [_listed(value[key]) for key in sorted(value, key=int)]
    return {key: _listed(item) for key, item in value.items()}


class Text:
    """A string, one of `choices` where they are given. The empty string unsets."""

    def __init__(self, *choices: str, most: int = 5000) -> None:
        self.choices, self.most = choices, most

    def read(self, value: Any, name: str) -> str | None:
        """The string, or None where it is empty."""
        if not isinstance(value, str):
            raise InvalidParameter("Invalid string: expected text", param=name)
        if "\x00" in value:
            raise InvalidParameter("Invalid string: it holds a null byte", param=name)
        if len(value) > self.most:
            said = f"Invalid string: {value[:20]}...; must be at most {self.most} characters"
            raise InvalidParameter(said, param=name, code="parameter_invalid_string_length")
        if self.choices and value and value not in self.choices:
            last = f", or {self.choices[-1]}" if len(self.choices) > 1 else ""
            said = f"Invalid {name}: must be one of {', '.join(self.choices[:-1]) or self.choices[0]}{last}"
            raise InvalidParameter(said, param=name)
        return value or None


class Email(Text):
    """An email address."""

    def read(self, value: Any, name: str) -> str | None:
        """The address, or None where it is empty."""
        found = super().read(value, name)
        if found and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s.]+", found):
            raise InvalidParameter(f"Invalid email address: {found}", code="email_invalid", param=name)
        return found


class Url(Text):
    """An address of the web; with `public`, one that Stripe can look at."""

    def __init__(self, *, public: bool = False) -> None:
        super().__init__()
        self.public = public

    def read(self, value: Any, name: str) -> str | None:
        """The address, or None where it is empty."""
        found = super().read(value, name)
        try:
            parts = urlsplit(found or "http://a.test")
        except ValueError:
            parts = urlsplit("")
        host = parts.hostname or ""
        if parts.scheme not in ("http", "https") or not host or (self.public and not _PUBLIC.search(host)):
            raise InvalidParameter("Not a valid URL", code="url_invalid", param=name)
        return found


class Descriptor(Text):
    """What stands on the bank's statement: at most 22 characters, a letter among them."""

    def __init__(self) -> None:
        super().__init__(most=22)

    def read(self, value: Any, name: str) -> str | None:
        """The words, or None where they are empty."""
        found = super().read(value, name)
        if found and (not re.search("[A-Za-z]", found) or re.search(r"[<>\\'\"*]", found)):
            said = "The statement descriptor must contain at least one letter and none of < > \\ ' \" *."
            raise InvalidParameter(said, param=name)
        return found


class Integer:
    """A whole number within bounds."""

    def __init__(self, *, least: int | None = None, most: int | None = None) -> None:
        self.least, self.most = least, most

    def read(self, value: Any, name: str) -> int | None:
        """The number, or None where the text is empty."""
        if value == "":
            return None
        if not isinstance(value, str) or not re.fullmatch(r"-?[0-9]{1,18}", value):
            raise InvalidParameter(f"Invalid integer: {value}", param=name, code="parameter_invalid_integer")
        number = int(value)
        if self.least is not None and number < self.least:
            said = f"This value must be greater than or equal to {self.least}."
            raise InvalidParameter(said, param=name, code="parameter_invalid_integer")
        if self.most is not None and number > self.most:
            said = f"This value must be less than or equal to {self.most} (it currently is '{number}')."
            raise InvalidParameter(said, param=name, code="parameter_invalid_integer")
        return number


class Flag:
    """`true` or `false`."""

    def read(self, value: Any, name: str) -> bool:
        """The truth value."""
        if value not in ("true", "false"):
            raise InvalidParameter(f"Invalid boolean: {value}", param=name)
        return bool(value == "true")


class Metadata:
    """Up to 50 names with values; an empty value removes its name."""

    def read(self, value: Any, name: str) -> dict[str, str]:
        """The names and values as they came: `merge` puts them over the old ones."""
        if value == "":
            return {}
        if not isinstance(value, dict) or any(not isinstance(item, str) for item in value.values()):
            raise InvalidParameter("Invalid hash", param=name)
        if len(value) > 50 or any(len(key) > 40 or len(item) > 500 for key, item in value.items()):
            raise InvalidParameter(
                "Metadata: at most 50 keys of 40 characters with values of 500", param=name
            )
        return value


class Many:
    """A list of one kind of thing."""

    def __init__(self, of: Any, *, most: int = 100) -> None:
        self.of, self.most = of, most

    def read(self, value: Any, name: str) -> list[Any]:
        """Each item read in turn."""
        if value == "":
            return []
        if not isinstance(value, list):
            raise InvalidParameter("Invalid array", param=name)
        if len(value) > self.most:
            raise InvalidParameter(f"Invalid array: at most {self.most} items", param=name)
        return [self.of.read(item, f"{name}[{index}]") for index, item in enumerate(value)]


class Moments:
    """A moment in seconds, or bounds for one: `gt`, `gte`, `lt`, `lte`."""

    def read(self, value: Any, name: str) -> dict[str, int]:
        """The bounds; a bare moment is both of them."""
        if isinstance(value, dict):
            bounds = Shape({bound: Integer(least=0) for bound in ("gt", "gte", "lt", "lte")})
            return bounds.read(value, name) or {}
        moment = Integer(least=0).read(value, name) or 0
        return {"gte": moment, "lte": moment}


class Shape:
    """Named fields; a name that is not among them is refused, as Stripe does."""

    def __init__(self, fields: Mapping[str, Any], *, required: Iterable[str] = ()) -> None:
        self.fields, self.required = dict(fields), tuple(required)

    def read(self, value: Any, name: str = "") -> dict[str, Any] | None:
        """What was given, each field read by its own rule; None where the text is empty."""
        if value == "" and name:
            return None
        if not isinstance(value, dict):
            raise InvalidParameter("Invalid object", param=name or None)
        unknown = [_inside(name, key) for key in value if key not in self.fields]
        if unknown:
            said = f"Received unknown parameter{'s' if len(unknown) > 1 else ''}: {', '.join(unknown)}"
            raise InvalidParameter(said, code="parameter_unknown", param=unknown[0])
        for key in self.required:
            if value.get(key) in (None, ""):
                missing = _inside(name, key)
                said = f"Missing required param: {missing}."
                raise InvalidParameter(said, code="parameter_missing", param=missing)
        return {key: self.fields[key].read(item, _inside(name, key)) for key, item in value.items()}


def _inside(name: str, key: str) -> str:
    return f"{name}[{key}]" if name else key


def merged(old: dict[str, str], new: dict[str, str] | None) -> dict[str, str]:
    """Metadata after an update: an empty value removes its name."""
    together = {**old, **(new or {})}
    return {key: value for key, value in together.items() if value != ""}


ADDRESS = Shape({name: Text() for name in ("city", "country", "line1", "line2", "postal_code", "state")})
LIST = {"limit": Integer(least=1, most=100), "starting_after": Text(), "ending_before": Text()}


def full_address(given: dict[str, Any] | None) -> dict[str, Any]:
    """An address with every key, null where nothing was given."""
    return {name: (given or {}).get(name) for name in ADDRESS.fields}

"""What other programs hold on to, a line each: addresses, names of background tasks, and the API's fields.

`python -m tests.upgrade.surface` prints it. `surface.txt` is that of the last release; lines may be added, none may go.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import Any

BASELINE = Path(__file__).with_name("surface.txt")


def addresses() -> Iterator[str]:
    """Each page of ours: its route and its name."""
    from django.urls import URLPattern, get_resolver

    def walk(patterns: list[Any], route: str, space: str) -> Iterator[str]:
        for one in patterns:
            here = route + str(one.pattern)
            if here.startswith(("admin/", "accounts/")):
                continue
            if isinstance(one, URLPattern):
                yield f"url /{here} {space}{one.name}"
            else:
                yield from walk(
                    one.url_patterns, here, f"{space}{one.namespace}:" if one.namespace else space
                )

    yield from walk(get_resolver().url_patterns, "", "")


def tasks() -> Iterator[str]:
    """Each task that may lie in the queue while a release is rolled out."""
    from django.apps import apps

    from banibs.celery import app

    for package in apps.get_app_configs():
        if importlib.util.find_spec(f"{package.name}.tasks"):
            importlib.import_module(f"{package.name}.tasks")
    for name in app.tasks:
        if name.startswith(("banibs", "wallet", "marketplace", "payments", "payouts")):
            yield f"task {name}"


def api() -> Iterator[str]:
    """Each call of the API, its parameters, scopes and answers, field by field. Names of components do not count."""
    from drf_spectacular.generators import SchemaGenerator

    schema = SchemaGenerator().get_schema(public=True)
    components = schema["components"]["schemas"]

    def fields(shape: Any, at: str, seen: tuple[str, ...] = ()) -> Iterator[str]:
        if "$ref" in shape:
            name = shape["$ref"].rsplit("/", 1)[1]
            if name not in seen:
                yield from fields(components[name], at, (*seen, name))
            return
        for part in shape.get("allOf", []) + shape.get("oneOf", []) + shape.get("anyOf", []):
            yield from fields(part, at, seen)
        kind = shape.get("type", "any")
        yield f"{at} {kind}{' nullable' if shape.get('nullable') else ''}"
        for value in shape.get("enum", []):
            yield f"{at} = {value}"
        if "items" in shape:
            yield from fields(shape["items"], f"{at}[]", seen)
        for name, inner in shape.get("properties", {}).items():
            yield from fields(inner, f"{at}.{name}", seen)

    for path, methods in schema["paths"].items():
        for method, call in methods.items():
            at = f"api {method.upper()} {path}"
            yield f"{at} {call.get('security')}"
            for parameter in call.get("parameters", []):
                yield from fields(parameter["schema"], f"{at} ?{parameter['name']}")
            for content in call.get("requestBody", {}).get("content", {}).values():
                yield from fields(content["schema"], f"{at} body")
            for status, answer in call["responses"].items():
                yield f"{at} {status}"
                if status > "400":
                    continue  # every refusal has one shape
                for content in answer.get("content", {}).values():
                    yield from fields(content["schema"], f"{at} {status}")


def surface() -> list[str]:
    """All of it, each line once, in order."""
    return sorted({*addresses(), *tasks(), *api()})


if __name__ == "__main__":
    from tests import environment

    environment.prepare()
    import django

    django.setup()
    print("\n".join(surface()))

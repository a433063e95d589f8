"""Template tags for the parts of a page that differ by visitor or by address, and for those that are cached."""

from __future__ import annotations

from django import template
from django.template import Context
from django.utils.safestring import SafeString, mark_safe

from banibs.core.page_cache import placeholders
from banibs.core.page_cache.cached_fragment import render_fragment

register = template.Library()


@register.simple_tag(takes_context=True)
def visitor_fragment(context: Context, name: str) -> SafeString:
    """`{% visitor_fragment "cart_count" %}`: a component with the visitor's own data, never cached."""
    return placeholders.defer("part", name, context)


@register.simple_tag(takes_context=True)
def department_mark(context: Context, href: str, slug: str) -> SafeString:
    """The mark of a department's link, when it or something sold in it is open."""
    return placeholders.defer("department", f"{href}|{slug}", context)


@register.simple_tag(takes_context=True)
def current_query(context: Context, what: str) -> SafeString:
    """`{% current_query "path" %}`: the request's address; `{% current_query "q" %}`: its search words. Escaped."""
    return placeholders.defer("asked", what, context)


@register.simple_tag(takes_context=True)
def cached_fragment(context: Context, name: str) -> SafeString:
    """`{% cached_fragment "header" %}`: a component around every page, drawn once a minute for all who see the same."""
    engine = context.template.engine  # type: ignore[union-attr]  # a context that draws has a template
    part = engine.get_template(f"components/{name}.html")
    request = context.get("request")
    if request is None or "region" not in context:
        return mark_safe(part.render(context))  # nosec B308 B703  # rendered, so escaped already
    return mark_safe(render_fragment(name, part, context, request))  # nosec B308 B703  # as above

"""`{{ session.user_agent|browser_name }}`."""

from django import template

from banibs.users import user_agents

register = template.Library()


@register.filter
def browser_name(user_agent: str) -> str:
    """The browser and its system in words, from the header that it sent."""
    return user_agents.browser_name(user_agent)

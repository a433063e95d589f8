"""Passwords are guessed by somebody who says in each request that they are somebody else."""

from __future__ import annotations

import statistics
import time

import pytest
from django.test import Client
from pytest_django import Settings

from banibs.users.models import User
from tests import people
from tests.people import PASSWORD

pytestmark = pytest.mark.django_db


def guess(n: int, email: str, password: str = "a wrong guess") -> tuple[bool, str]:
    """Whether it let them in, and what it said."""
    liar = Client(headers={"X-Forwarded-For": f"203.0.113.{n}", "X-Real-Ip": f"198.51.100.{n}"})
    answer = liar.post("/accounts/login/", {"login": email, "password": password})
    return "_auth_user_id" in liar.session, answer.content.decode()


def guessed_at(times: int) -> tuple[bool, str]:
    """One wrong password for so many people, then the right one for another."""
    crowd = [people.person(f"guessed{n}@example.com", name=f"Guessed {n}") for n in range(times + 1)]
    for n, one in enumerate(crowd[:-1]):
        guess(n, one.email)
    return guess(99, crowd[-1].email, PASSWORD)


def test_one_password_for_many_people_ends_whatever_address_is_claimed() -> None:
    let_in, said = guessed_at(20)
    assert not let_in
    assert "Too many" in said


def test_many_passwords_for_one_person_end_too(amara: User) -> None:
    for n in range(5):
        guess(n, amara.email)
    let_in, said = guess(99, amara.email, PASSWORD)
    assert not let_in
    assert "Too many" in said


def test_an_unknown_address_hears_the_same_words_after_as_long(amara: User, settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    settings.ACCOUNT_RATE_LIMITS = False
    amara.set_password(PASSWORD)
    amara.save()
    guess(0, amara.email)  # templates are read, once
    took: dict[str, list[float]] = {amara.email: [], "nobody@example.com": []}
    for n in range(7):
        for email, times in took.items():
            began = time.perf_counter()
            _let_in, said = guess(n, email)
            times.append(time.perf_counter() - began)
            assert "This address and this password do not belong together." in said
    known, unknown = (statistics.median(times) for times in took.values())
    assert abs(known - unknown) < 0.05


def test_without_the_limit_it_would_go_on(settings: Settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = False
    let_in, _said = guessed_at(20)
    assert let_in

"""Filling in and sending the forms of pages, as a browser without scripts does."""

from __future__ import annotations

import httpx
from lxml import html


def fields_of(form: html.FormElement) -> dict[str, str]:
    """Return the fields of a form with their values, without its buttons."""
    return {name: str(value) for name, value in form.form_values()}


def form_of(page: str) -> html.FormElement:
    """Return the form of a page that posts.

    Raises:
        ValueError: it has none, or several.
    """
    whole: html.HtmlElement = html.fromstring(page)
    [form] = [form for form in whole.forms if form.method == "POST"]
    return form


def send(client: httpx.Client, page: str, **changed: str) -> httpx.Response:
    """Send the form of a page that posts, with some fields changed; `__` in a name stands for a dot."""
    form = form_of(page)
    fields = fields_of(form) | {name.replace("__", "."): value for name, value in changed.items()}
    return client.post(str(form.action).partition("#")[0], data=fields)

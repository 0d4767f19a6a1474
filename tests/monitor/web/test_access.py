"""Who may read and write: with tokens, with a password, and on a machine of its own without either."""

from __future__ import annotations

import base64
import importlib
import pkgutil
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fastapi.routing import APIRoute
from lxml import html

from monitor.access import AccessFile, Scope
from monitor.web import api, forms, pages
from monitor.web.answers import API
from monitor.web.attempts import OF_ONE
from tests.support.web import browser

PASSWORD = "correct horse battery"
NOW = datetime(2026, 11, 20, tzinfo=UTC)
TEMPLATES = Path(forms.__file__).parent / "templates"


def token(data: Path, scope: Scope = "write", name: str = "mine") -> str:
    return AccessFile(data).new_token(name, scope, NOW)


def form_token(client: httpx.Client, path: str = "/login") -> str:
    page = html.fromstring(client.get(path).text)
    field = page.find(".//input[@name='form_token']")
    assert field is not None
    return str(field.get("value"))


def sign_in(client: httpx.Client, secret: str, to: str = "/") -> int:
    answer = client.post("/login", data={"form_token": form_token(client), "secret": secret, "to": to})
    return answer.status_code


def addresses() -> Iterator[tuple[str, str, Callable[..., object]]]:
    """Yield the method, path and function of every address of pages and API."""
    for package, prefix in ((api, API), (pages, "")):
        for info in pkgutil.iter_modules(package.__path__):
            for route in importlib.import_module(f"{package.__name__}.{info.name}").router.routes:
                assert isinstance(route, APIRoute)
                for method in route.methods or ():
                    yield method, f"{prefix}{route.path}", route.endpoint


def write(client: httpx.Client, **headers: str) -> int:
    """Return the status of a request that writes: 503 where it passed, since nothing has been collected."""
    return client.post("/api/v1/themes/truce/sweep", headers=headers).status_code


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


def test_on_a_machine_of_its_own_nobody_has_to_sign_in(tmp_path: Path) -> None:
    client = browser(tmp_path)
    assert client.get("/help").status_code == 200
    assert "Sign out" not in client.get("/help").text
    assert write(client) == 503
    assert client.get("/login").headers["location"] == "/"


def test_the_first_token_closes_a_running_server_and_revoking_the_last_one_opens_it(tmp_path: Path) -> None:
    client = browser(tmp_path)
    assert client.get("/help").status_code == 200
    token(tmp_path)
    assert client.get("/help").status_code == 303
    assert write(client) == 401
    AccessFile(tmp_path).revoke("mine")
    assert client.get("/help").status_code == 200


def test_revoking_the_last_token_of_a_server_that_others_reach_lets_nobody_in(tmp_path: Path) -> None:
    secret = token(tmp_path)
    client = browser(tmp_path, is_private=False)
    assert client.get("/help", headers=bearer(secret)).status_code == 200
    AccessFile(tmp_path).revoke("mine")
    assert client.get("/help", headers=bearer(secret)).status_code == 401
    assert client.get("/api/v1/themes").status_code == 303


@pytest.mark.parametrize("scope", ["read", "write"])
def test_a_token_reads_and_writes_as_its_scope_says(tmp_path: Path, scope: Scope) -> None:
    headers = bearer(token(tmp_path, scope))
    client = browser(tmp_path)
    assert client.get("/api/v1/lint?query=truce", headers=headers).status_code == 200
    answer = client.post("/api/v1/themes/truce/sweep", headers=headers)
    assert answer.status_code == (503 if scope == "write" else 403)
    assert ("may only read" in answer.text) is (scope == "read")


def test_a_token_that_may_only_read_may_ask_by_post_what_writes_nothing(tmp_path: Path) -> None:
    headers = bearer(token(tmp_path, "read"))
    assert browser(tmp_path).post("/api/v1/match", json={"text": "A truce."}, headers=headers).status_code == 200


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "POST"])
def test_no_method_writes_with_a_token_that_may_only_read(tmp_path: Path, method: str) -> None:
    headers = bearer(token(tmp_path, "read"))
    answer = browser(tmp_path).request(method, "/api/v1/themes/truce", json={"query": {"en": "x"}}, headers=headers)
    assert answer.status_code in (403, 405)


@pytest.mark.parametrize(
    "authorization",
    ["Bearer", "Bearer ", "Bearer parley_", "Bearer PREFIX", "bearer TOKENx", "Bearer \xff\xfe", "Bearer TOKEN TOKEN"],
)
def test_a_wrong_token_is_refused_though_the_machine_or_a_cookie_would_do(tmp_path: Path, authorization: str) -> None:
    secret = token(tmp_path)
    client = browser(tmp_path)
    assert sign_in(client, secret) == 303
    header = authorization.replace("TOKEN", secret).replace("PREFIX", secret[:-1])
    answer = client.get("/api/v1/status", headers=[(b"Authorization", header.encode("latin-1"))])
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.json()["error"]["code"] == "refused"


@pytest.mark.parametrize(("password", "status"), [("TOKEN", 200), ("parley_wrong", 401), ("hunter2", 401), ("", 401)])
def test_a_feed_reader_sends_its_token_as_a_password(tmp_path: Path, password: str, status: int) -> None:
    text = password.replace("TOKEN", token(tmp_path, "read"))
    header = f"Basic {base64.b64encode(f'anybody:{text}'.encode()).decode()}"
    answer = browser(tmp_path).get("/api/v1/openapi.json", headers={"Authorization": header})
    assert answer.status_code == status


@pytest.mark.parametrize("text", ["", "=", "é", "AAAA", "////", "Zm9v", "\xff", "parley_"])
def test_nonsense_in_place_of_a_password_is_ignored(tmp_path: Path, text: str) -> None:
    header = [(b"Authorization", f"Basic {text}".encode("latin-1"))]
    assert browser(tmp_path).get("/help", headers=header).status_code == 200


def test_who_follows_a_link_from_another_site_is_not_asked_to_sign_in_again(tmp_path: Path) -> None:
    secret = token(tmp_path)
    client = browser(tmp_path)
    sign_in(client, secret)
    kept = dict(client.cookies)
    client.cookies.clear()  # as a browser keeps them back
    from_elsewhere = {"sec-fetch-site": "cross-site"}
    answer = client.get("/help", headers=from_elsewhere)
    moment = client.get(answer.headers["location"], headers=from_elsewhere)
    assert "set-cookie" not in moment.headers
    assert "form" not in moment.text
    assert moment.headers["refresh"] == "0; url=/login?to=%2Fhelp"
    client.cookies.update(kept)
    assert client.get("/login?to=%2Fhelp", headers={"sec-fetch-site": "same-origin"}).headers["location"] == "/help"


def test_the_password_of_a_proxy_is_none_of_ours(tmp_path: Path) -> None:
    assert browser(tmp_path).get("/help", headers={"Authorization": "Basic dXNlcjpwYXNz"}).status_code == 200


@pytest.mark.parametrize(
    "path", ["/", "/help", "/themes", "/api/v1/themes", "/api/v1/openapi.json", "/nothing", "/api/v1/nothing", "//help"]
)
def test_without_a_right_every_address_is_closed(tmp_path: Path, path: str) -> None:
    client = browser(tmp_path, password=PASSWORD)
    assert client.get(path, headers={"accept": "application/json"}).status_code == 401


@pytest.mark.parametrize("path", ["/login", "/static/parley.css"])
def test_what_signing_in_needs_is_open(tmp_path: Path, path: str) -> None:
    assert browser(tmp_path, password=PASSWORD).get(path).status_code == 200


def test_signing_in_leads_back_to_the_page_that_was_wanted(tmp_path: Path) -> None:
    client = browser(tmp_path, password=PASSWORD)
    answer = client.get("/search?q=truce&for=7d")
    assert answer.status_code == 303
    [to] = parse_qs(urlsplit(answer.headers["location"]).query)["to"]
    data = {"form_token": form_token(client, answer.headers["location"]), "secret": PASSWORD, "to": to}
    assert client.post("/login", data=data).headers["location"] == "/search?q=truce&for=7d"


@pytest.mark.parametrize(
    "to",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/\n/evil.example",
        "/logout",
        "\\\\evil.example",
        "",
        "evil",
        "/\u2028/evil",
    ],
)
def test_signing_in_leads_nowhere_else(tmp_path: Path, to: str) -> None:
    secret = token(tmp_path)
    client = browser(tmp_path)
    data = {"form_token": form_token(client), "secret": secret, "to": to}
    assert client.post("/login", data=data).headers["location"] == "/"


@pytest.mark.parametrize("by_token", [True, False])
def test_whoever_signed_in_reads_writes_by_forms_and_signs_out(tmp_path: Path, by_token: bool) -> None:
    secret = token(tmp_path) if by_token else PASSWORD
    client = browser(tmp_path, password=PASSWORD)
    assert sign_in(client, secret) == 303
    assert client.get("/help").status_code == 200
    kept = dict(client.cookies)
    assert client.post("/logout", data={"form_token": form_token(client, "/help")}).status_code == 303
    assert client.get("/help").status_code == 303
    client.cookies.update(kept)  # somebody copied the cookie before
    assert client.get("/help").status_code == 303


def test_a_sign_out_outlives_the_server(tmp_path: Path) -> None:
    client = browser(tmp_path, password=PASSWORD)
    secret = token(tmp_path)
    sign_in(client, secret)
    kept = dict(client.cookies)
    restarted = browser(tmp_path, password=PASSWORD)
    restarted.cookies.update(kept)
    assert restarted.get("/help").status_code == 200
    client.post("/logout", data={"form_token": form_token(client, "/help")})
    assert restarted.get("/help").status_code == 303


def test_a_session_ends_when_its_token_is_revoked(tmp_path: Path) -> None:
    secret = token(tmp_path)
    client = browser(tmp_path, password=PASSWORD)
    assert sign_in(client, secret) == 303
    assert client.get("/help").status_code == 200
    AccessFile(tmp_path).revoke("mine")
    assert client.get("/help").status_code == 303


def test_sessions_end_when_the_password_changes(tmp_path: Path) -> None:
    client = browser(tmp_path, password=PASSWORD)
    sign_in(client, PASSWORD)
    changed = browser(tmp_path, password=f"{PASSWORD}!")
    changed.cookies.update(dict(client.cookies))
    assert changed.get("/help").status_code == 303


def test_a_token_that_may_only_read_opens_pages_and_its_session_writes_nothing(tmp_path: Path) -> None:
    secret = token(tmp_path, "read")
    client = browser(tmp_path)
    sign_in(client, secret)
    assert client.get("/help").status_code == 200
    assert write(client, **{"X-Form-Token": form_token(client, "/help")}) == 403


def test_a_cookie_alone_writes_nothing(tmp_path: Path) -> None:
    client = browser(tmp_path, password=PASSWORD)
    sign_in(client, PASSWORD)
    assert write(client) == 403
    assert write(client, **{"X-Form-Token": "x"}) == 403
    assert write(client, **{"X-Form-Token": form_token(client, "/help")}) == 503


@pytest.mark.parametrize("password", ["", PASSWORD])
def test_a_form_without_the_token_of_its_session_is_refused(tmp_path: Path, password: str) -> None:
    client, other = browser(tmp_path, password=password), browser(tmp_path, password=password)
    if password:
        for one in (client, other):
            sign_in(one, password)
        foreign = form_token(other, "/help")
    else:
        foreign = "A" * 88
    good = form_token(client, "/help") if password else ""
    for wrong in ("", "x", foreign, "é", good[:-4], f"{good}AAAA", good[::-1], "A" * 88, "=" * 88, "\0"):
        assert client.post("/logout", data={"form_token": wrong}).status_code == 403
    assert client.post("/logout").status_code == 403
    assert client.post("/logout", content=b"\xff\x00", headers={"content-type": "multipart/form-data"}).status_code in (
        400,
        403,
    )


def test_form_tokens_differ_each_time_and_all_are_good(tmp_path: Path) -> None:
    client = browser(tmp_path, password=PASSWORD)
    sign_in(client, PASSWORD)
    tokens = {form_token(client, "/help") for _ in range(5)}
    assert len(tokens) == 5
    assert {write(client, **{"X-Form-Token": one}) for one in tokens} == {503}


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites_and_secure_behind_tls(tmp_path: Path) -> None:
    secret = token(tmp_path)
    for scheme in ("http", "https"):
        client = browser(tmp_path, scheme=scheme)
        data = {"form_token": form_token(client), "secret": secret}
        cookie = client.post("/login", data=data).headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=strict" in cookie
        assert ("secure" in cookie) is (scheme == "https")


def test_signing_in_begins_a_new_session(tmp_path: Path) -> None:
    client = browser(tmp_path, password=PASSWORD)
    client.get("/login")
    before = dict(client.cookies)
    sign_in(client, PASSWORD)
    assert dict(client.cookies) != before
    client.cookies.clear()
    client.cookies.update(before)
    assert client.get("/help").status_code == 303


def test_forged_cookies_open_nothing(tmp_path: Path) -> None:
    client = browser(tmp_path, password=PASSWORD)
    sign_in(client, PASSWORD)
    [(name, value)] = dict(client.cookies).items()
    id, end, by, mac = value.split(".")
    forged = [
        "",
        "x",
        f"{id}.{int(end) + 1}.{by}.{mac}",
        f"{'A' * 22}.{end}.{by}.{mac}",
        f"{id}.{end}..{mac}",
        f"{id}.{end}.{by}.{'A' * 43}",
        f"{id}.{end}.{by}.",
        f"{id}.{end}.{by}",
        f"{id}.99999999999999999999.{by}.{mac}",
        f"{id}.{end}.token-{'0' * 16}.{mac}",
        value[:-1] + ("A" if value[-1] != "A" else "B"),
        f" {value}x",
        "." * 200,
    ]
    for one in forged:
        client.cookies.clear()
        client.cookies.set(name, one)
        assert client.get("/help").status_code == 303, one


def test_the_file_with_the_tokens_is_damaged_and_nobody_is_let_in(tmp_path: Path) -> None:
    client = browser(tmp_path)
    token(tmp_path)
    for text in ("", "{", "[]", "null", '{"format": 9, "tokens": []}', '{"format": 1, "key": null, "tokens": [{}]}'):
        (tmp_path / "access.json").write_text(text)
        answer = client.get("/api/v1/themes")
        assert answer.status_code == 503, text
        assert "parley tokens new" in answer.text
        assert str(tmp_path) not in answer.text


def test_too_many_attempts_wait_and_say_how_long(tmp_path: Path) -> None:
    secret = token(tmp_path)
    client = browser(tmp_path)
    field = form_token(client)
    statuses = [
        client.post("/login", data={"form_token": field, "secret": f"wrong {number}"}).status_code
        for number in range(OF_ONE)
    ]
    assert set(statuses) == {403}
    answer = client.post("/login", data={"form_token": field, "secret": secret})
    assert answer.status_code == 429
    assert "try again in 10 minutes" in answer.text
    assert 0 < int(answer.headers["retry-after"]) <= 600


def test_a_page_never_shows_a_wrong_password_again(tmp_path: Path) -> None:
    client = browser(tmp_path, password=PASSWORD)
    answer = client.post("/login", data={"form_token": form_token(client), "secret": "almost right"})
    assert answer.status_code == 403
    assert "almost right" not in answer.text
    assert "neither the password nor a token" in answer.text


@pytest.mark.parametrize("template", sorted(TEMPLATES.glob("*.html")), ids=lambda path: path.name)
def test_every_form_that_posts_has_a_form_token(template: Path) -> None:
    text = template.read_text("utf-8")
    for form in re.findall(r"<form\b[^>]*>.*?</form>", text, re.DOTALL):
        if re.search(r"""method=["']?post""", form, re.IGNORECASE):
            assert "{{ csrf() }}" in form


def test_every_address_that_writes_refuses_who_may_only_read(tmp_path: Path) -> None:
    secret = token(tmp_path, "read")
    client = browser(tmp_path)
    sign_in(client, secret)
    field = form_token(client, "/help")
    tried = 0
    for method, path, function in addresses():
        if method != "GET" and function not in forms._ONLY_READING:
            answer = client.request(method, re.sub(r"{\w+}", "1", path), headers={"X-Form-Token": field}, json={})
            assert answer.status_code == 403, f"{method} {path}"
            tried += 1
    assert tried >= 4

"""A web server of an installation, in this process, on a free port; and its application without one."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import Thread

import httpx
from fastapi import FastAPI

from config.settings import Settings
from monitor.app import App
from monitor.web.application import application
from monitor.web.password import Password, hash_of
from monitor.web.server import LOCAL_HOSTS, listen, server_of
from monitor.web.sessions import Sessions
from tests.support.processes import until


@contextmanager
def serving(app: App) -> Iterator[str]:
    """Yield the address of a server that answers for the installation."""
    with listen("127.0.0.1", 0) as listening:
        server = server_of(app)
        thread = Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            until(lambda: server.started, "the web server has started")
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


def client_of(address: str) -> httpx.Client:
    """Return a client of a server on this machine; which trusts no certificate: to load all takes longer than a request."""
    return httpx.Client(base_url=address, timeout=60, verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))


_hash_of = cache(hash_of)  # which takes a fifth of a second


class _InProcess(httpx.BaseTransport):
    """Hands requests to an application, without a network."""

    def __init__(self, web: FastAPI) -> None:
        self._transport = httpx.ASGITransport(web, raise_app_exceptions=False)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Return the whole answer."""
        return asyncio.run(self._answer(request))

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        answer = await self._transport.handle_async_request(request)
        return httpx.Response(answer.status_code, headers=answer.headers, content=await answer.aread())


def browser(data: Path, *, password: str = "", is_private: bool = True, scheme: str = "http") -> httpx.Client:
    """Return a browser on the application of a data folder, with cookies of its own, which follows no redirect by itself."""
    app = App(Settings(data=data, cache=Settings().cache))
    secret = Password(password, _hash_of(password)) if password else None
    sessions = Sessions(data, secret, is_private=is_private)
    web = application(app, hosts=LOCAL_HOSTS, sessions=sessions)
    headers = {"accept": "text/html", "accept-encoding": "identity"}
    return httpx.Client(transport=_InProcess(web), base_url=f"{scheme}://127.0.0.1", headers=headers)

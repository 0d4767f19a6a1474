"""A problem with Elasticsearch is reported in one sentence at startup, without credentials."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

import pytest
from elasticsearch import Elasticsearch

from indexer.engine import open_engine
from tests.support.certificates import Authority
from tests.support.one_answer import OLD, answering
from tests.support.processes import Parley
from tests.support.proxy import Fate, Proxy, Request

PASSWORD = "s3cret-9f2"


class Server:
    """A real server in every state a command may meet; each method returns an engine address."""

    def __init__(self, folder: Path, url: str, stack: ExitStack) -> None:
        self._folder, self._host, self._stack = folder, url.partition("://")[2], stack
        self._operator = stack.enter_context(Elasticsearch(f"http://{self._host}"))
        self._name = f"start-{uuid4().hex}"

    def _address(self, host: str, *, scheme: str = "elasticsearch", options: str = "") -> str:
        return f"{scheme}://ann:{PASSWORD}@{host}/{self._name}{options}"

    def older(self) -> str:
        server = self._stack.enter_context(answering(400, OLD))
        return self._address(f"127.0.0.1:{server.server_port}")

    def refusing(self) -> str:
        proxy = self._proxy(Proxy(self._host))
        proxy.decide = lambda request: "refuse"
        (self._folder / "key").write_text(PASSWORD)
        return f"elasticsearch://{proxy.address}/{self._name}?api_key_file={self._folder}/key"

    def untrusted(self) -> str:
        proxy = self._proxy(Proxy(self._host, tls=Authority(self._folder).server()))
        return self._address(proxy.address, scheme="https")

    def foreign(self) -> str:
        self._operator.indices.create(index=self._name, mappings={"properties": {"theirs": {"type": "keyword"}}})
        return self._address(self._host)

    def another_version(self) -> str:
        open_engine(self._address(self._host), writable=True).close()
        self._operator.indices.put_mapping(index=self._name, meta={"parley": {"schema": 0, "tokenizer": 0}})
        return self._address(self._host)

    def full(self) -> str:
        open_engine(self._address(self._host), writable=True).close()

        def block(_: Request) -> Fate:
            # Before each request, because a server that looks at its disk removes the block when there is space.
            self._operator.indices.put_settings(index=self._name, settings={"blocks.read_only_allow_delete": True})
            return "pass"

        proxy = self._proxy(Proxy(self._host))
        proxy.decide = block
        return self._address(proxy.address)

    def absent(self) -> str:
        return self._address("127.0.0.1:1")

    def empty(self) -> str:
        return self._address(self._host)

    def mistyped(self) -> str:
        return self._address(self._host, options="?shards=many")

    def _proxy(self, proxy: Proxy) -> Proxy:
        return self._stack.enter_context(proxy)


@pytest.fixture
def server(tmp_path: Path, elasticsearch_url: str) -> Iterator[Server]:
    with ExitStack() as stack:
        yield Server(tmp_path, elasticsearch_url, stack)


SEARCH = ("search", "truce")
INDEX = ("index", "--once")


@pytest.mark.parametrize(
    ("state", "command", "message"),
    [
        (Server.older, INDEX, "is older than Elasticsearch 9; Parley needs version 9"),
        (Server.refusing, INDEX, "rejects the credentials (401): put a user and ?password_file=PATH, or"),
        (Server.untrusted, SEARCH, "is not trusted"),
        (Server.foreign, INDEX, "was not created by Parley; choose another name at the end of the engine address"),
        (Server.another_version, SEARCH, "was created by another version of Parley"),
        (Server.full, INDEX, "is read-only because its disk is nearly full; free up disk space there to continue"),
        (Server.absent, INDEX, "Elasticsearch does not respond at http://127.0.0.1:1"),
        (Server.empty, SEARCH, "there is no index at"),
        (Server.mistyped, INDEX, 'shards "many" is not a number from 1 to 999'),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_startup_error_is_one_sentence_that_reveals_no_secret(
    server: Server, state: Callable[[Server], str], command: Sequence[str], message: str, tmp_path: Path
) -> None:
    parley = Parley(tmp_path / "parley", engine=state(server))
    parley.archive().close()
    done = parley.run(*command)
    assert done.code == 1
    assert message in done.err
    assert len(done.err.splitlines()) == 1, done.err
    assert PASSWORD not in done.out + done.err
    written = [file for file in parley.data.rglob("*") if file.is_file()]
    assert [file for file in written if PASSWORD.encode() in file.read_bytes()] == []

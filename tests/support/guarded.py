"""A gate before Elasticsearch that stands in for its security module, which the server of the tests lacks.

It keeps roles and users as they are created, asks for a password, and lets a request pass only if the user's role has a
privilege for it, as https://www.elastic.co/docs/deploy-manage/users-roles/cluster-or-deployment-auth/elasticsearch-privileges
describes them.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from tests.support.proxy import Fate, Proxy, Request

SUPERUSER = "elastic"
# Method, path, and the privileges of which one is enough: for the indices that the path names, or `*` for a body that names them.
_ON_INDICES = [
    (r"(GET|POST)", r"/([^/_][^/]*)/(_search|_mget|_count)", ("read",)),
    (r"(PUT|POST)", r"/([^/_][^/]*)/_bulk", ("write",)),
    (r"(GET|POST)", r"/([^/_][^/]*)/_refresh", ("maintenance", "manage")),
    (r"(GET|HEAD)", r"/([^/_][^/]*)", ("view_index_metadata", "manage")),
    (r"PUT", r"/([^/_][^/]*)", ("create_index", "manage")),
    (r"DELETE", r"/([^/_][^/]*)", ("delete_index", "manage")),
    (r"PUT", r"/([^/_][^/]*)/(_mapping|_settings)", ("manage",)),
]
_ON_THE_CLUSTER = [(r"(GET|PUT|HEAD)", r"/_index_template/[^/]+", ("manage_index_templates", "manage"))]


@dataclass(frozen=True, slots=True)
class Use:
    """A privilege that a user needed."""

    user: str
    privilege: str


@dataclass(slots=True)
class Guard:
    """Decides for a proxy which requests pass.

    Attributes:
        roles: the bodies with which they were created.
        users: the same.
        uses: the privileges that were needed so far.
        forbidden: requests that no privilege of the user allows, as METHOD PATH.
    """

    password: str  # of the superuser
    roles: dict[str, dict[str, Any]] = field(default_factory=dict)
    users: dict[str, dict[str, Any]] = field(default_factory=dict)
    uses: set[Use] = field(default_factory=set)
    forbidden: list[str] = field(default_factory=list)

    def decide(self, request: Request) -> Fate:
        """Return what happens to a request."""
        path = request.path.partition("?")[0].replace("%2C", ",").replace("%2A", "*")
        user = self._user(request)
        if user is None:
            return "refuse"
        if user != SUPERUSER:
            return self._if_allowed(user, request, path)
        if created := re.fullmatch(r"/_security/(role|user)/(\w+)", path):
            (self.roles if created[1] == "role" else self.users)[created[2]] = json.loads(request.body)
        return "done" if path.startswith("/_security/") else "pass"

    def _user(self, request: Request) -> str | None:
        """Return who sends it; None for somebody unknown or with a wrong password."""
        kind, _, credentials = request.headers.get("authorization", "").partition(" ")
        if kind != "Basic":
            return None
        name, _, password = b64decode(credentials).decode().partition(":")
        known = self.password if name == SUPERUSER else self.users.get(name, {}).get("password")
        return name if password == known else None

    def _if_allowed(self, user: str, request: Request, path: str) -> Fate:
        if (request.method, path) == ("HEAD", "/"):  # whether a node responds, whatever it says
            return "pass"
        if needed := self._needed(request, path):
            roles = [self.roles[role] for role in self.users[user]["roles"]]
            granted = {privilege for role in roles for privilege in self._granted(role, needed[0])}
            for privilege in needed[1]:
                if privilege in granted:
                    self.uses.add(Use(user, privilege))
                    return "pass"
        self.forbidden.append(f"{request.method} {path}")
        return "forbid"

    def _needed(self, request: Request, path: str) -> tuple[list[str], tuple[str, ...]] | None:
        """Return the indices, none for the cluster, and the privileges."""
        for method, pattern, privileges in _ON_INDICES:
            if re.fullmatch(method, request.method) and (match := re.fullmatch(pattern, path)):
                return match[1].split(","), privileges
        for method, pattern, privileges in _ON_THE_CLUSTER:
            if re.fullmatch(method, request.method) and re.fullmatch(pattern, path):
                return [], privileges
        if (request.method, path) == ("POST", "/_aliases"):
            actions = [what for action in json.loads(request.body)["actions"] for what in action.values()]
            return sorted({what[key] for what in actions for key in ("index", "alias") if key in what}), ("manage",)
        return None

    @staticmethod
    def _granted(role: dict[str, Any], names: list[str]) -> set[str]:
        if not names:
            return set(role["cluster"])
        covering = [
            {privilege for each in role["indices"] if _covers(each["names"], name) for privilege in each["privileges"]}
            for name in names
        ]
        return set.intersection(*covering)


def _covers(patterns: list[str], name: str) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def guarded(target: str, password: str) -> tuple[Proxy, Guard]:
    """Start a proxy before the server at `target` (HOST:PORT) that lets pass what the guard allows."""
    proxy, guard = Proxy(target), Guard(password)
    proxy.decide = guard.decide
    return proxy, guard

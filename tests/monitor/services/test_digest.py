"""A digest tells each story once."""

from __future__ import annotations

from monitor.documents.articles import HitDocument
from monitor.documents.moves import MoveDocument
from monitor.services.digest import each_story_once
from monitor.services.happenings import Happening


def hit(id: str, title: str | None, copy_of: str | None = None) -> HitDocument:
    return HitDocument.model_construct(id=id, title=title, copy_of=copy_of)


def test_a_headline_stands_where_it_comes_first_and_so_do_its_copies() -> None:
    move = MoveDocument.model_construct()
    first = [hit("a", "Swap agreed"), hit("b", None)]
    second = [hit("c", "Another", copy_of="a"), hit("d", "SWAP agreed"), hit("e", None), hit("a", "Swap agreed")]
    told = list(each_story_once([Happening(move, (), first), Happening(move, (), second)]))
    assert [[one.id for one in happening.headlines] for happening in told] == [["a", "b"], ["e"]]

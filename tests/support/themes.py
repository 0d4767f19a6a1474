"""Compiled themes for tests that need a theme's query and no configuration."""

from __future__ import annotations

from indexer.query.tree import NOTHING, Forms, Node
from indexer.themes.compile import CompiledTheme, digest


def theme_of_words(id: str, *words: str) -> CompiledTheme:
    """Return a theme that matches articles with any of these words, or no article when there are none."""
    return theme_of_node(id, Forms("words", frozenset(words)) if words else NOTHING)


def theme_of_node(id: str, node: Node) -> CompiledTheme:
    """Return a theme that matches what the node matches."""
    return CompiledTheme(id, node, digest(node), (), "{}")

from __future__ import annotations

from pathlib import Path

from config.settings import Settings

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"


def test_the_page_documents_exactly_the_existing_settings() -> None:
    rows = [line.split(" | ") for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| `")]
    documented = {row[0].strip("| `"): row[2].rstrip(" |") for row in rows}
    assert documented == {name: field.description for name, field in Settings.model_fields.items()}

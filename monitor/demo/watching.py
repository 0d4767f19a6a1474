"""The demonstration's alert rules: where their messages go, and what they have to tell of what it collects."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from config.alerts import read_rules
from crawler.archive.archive import make_archive, open_archive
from crawler.presence import only_one
from indexer.alerts.state import State, fingerprint, to_json
from monitor.alerts import outbox
from monitor.alerts.configured import LiveRules
from monitor.app import App
from monitor.processes.alerts import Alerts

RULES = Path(__file__).parent / "alerts"
_PATIENCE = 30.0  # seconds for sending, which is writing to a file


def write_rules(folder: Path) -> None:
    """Write the rules into the overlay folder of a demonstration, with a channel that needs no network: a file beside it."""
    overlay = folder / "config"
    for section in ("alerts", "channels"):
        (overlay / section).mkdir(parents=True, exist_ok=True)
    for rule in sorted(RULES.glob("*.toml")):
        (overlay / "alerts" / rule.name).write_bytes(rule.read_bytes())
    address = (folder / "alerts.jsonl").absolute().as_uri()
    (overlay / "channels" / "file.toml").write_text(f'title = "A file"\naddress = {json.dumps(address)}\n')


def plant_first_looks(folder: Path, now: datetime) -> None:
    """Record that every rule has looked, since the first look tells nothing: so they tell of what is collected from now on."""
    make_archive(folder)
    archive = open_archive(folder)
    try:
        with archive.database.write() as connection:
            known = outbox.remembered(connection)
            for rule in read_rules(folder / "config")[0]:
                if rule.id not in known:
                    state = to_json(State(seen=now.replace(microsecond=0)))
                    outbox.record(connection, rule.id, fingerprint(rule), state, (), rule.to)
    finally:
        archive.close()


def tell(app: App) -> None:
    """Decide the rules on everything collected, and send their messages."""
    with only_one(app.settings.data, "alerts"):
        alerts = Alerts(app, LiveRules(app, is_writable=True))
        alerts.settle(datetime.now(UTC))
        alerts.courier.finish(_PATIENCE)

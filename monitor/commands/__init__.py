"""The commands of `parley`, one module each, found by name (see monitor/cli.py)."""

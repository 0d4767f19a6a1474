"""The documents: what services return and programs read, the same from `--json`, the API and Python."""

"""The command line `sync-assets`: its commands run through Dagster, so that what they do is seen in the UI."""

from sync_assets.cli.app import main

__all__ = ["main"]

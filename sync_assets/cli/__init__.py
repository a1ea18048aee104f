"""The command line `sync-assets`. Its commands start Dagster runs, so that the UI shows what they do."""

from sync_assets.cli.app import main

__all__ = ["main"]

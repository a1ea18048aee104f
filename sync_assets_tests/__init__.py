"""Tests of sync_assets, laid out as the package is."""

"""From entities to Dagster: assets, link assets, asset checks, and the tutorial tables as external assets."""

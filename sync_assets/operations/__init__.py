"""How the assets are run: jobs, and where Dagster keeps its own records."""

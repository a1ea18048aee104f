"""Dagster's instance: its home, its storage, how runs are started and how old ones end."""

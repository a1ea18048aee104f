"""The uploads: what became of each, its files, following its import, and taking its events back."""

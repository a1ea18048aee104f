"""Keeps a training provider's database and its Administrate tenant telling the same story."""

"""A local stand-in for Administrate, and the made-up provider whose records it serves.

An extra of the package (`pip install sync-assets[sandbox]`) for the demo, the benchmarks and the tests; a sync of a
real tenant imports nothing from here.
"""

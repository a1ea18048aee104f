"""A local stand-in for Administrate, and the made-up provider whose records it serves.

It is an extra of the package (`pip install sync-assets[sandbox]`) for the demo, the benchmarks and the tests. A sync of
a real tenant imports nothing from here. It has three rooms:

- `tenant/` holds the records of one customer, the schema over them, and the mutations that change them;
- `server/` serves a tenant over HTTP, with faults that can be set;
- `provider/` makes up a training provider, both its tenant and its tutorial tables.
"""

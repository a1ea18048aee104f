"""The stand-in tenant: its records, the schema over them, and the mutations that change them. It knows no HTTP."""

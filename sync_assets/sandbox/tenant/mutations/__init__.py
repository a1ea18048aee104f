"""The mutations that the stand-in tenant serves, one module per group of Administrate's schema."""

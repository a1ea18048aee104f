"""The made-up training provider: both of its sides, the tenant and the tutorial tables made of it, and its uploads."""

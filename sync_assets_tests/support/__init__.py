"""What tests of every folder stand on: databases, made-up providers on both sides, environments and processes."""

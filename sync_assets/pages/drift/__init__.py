"""The pages on which people decide about events whose two sides have drifted apart."""

"""The pages on which people decide about rows without a partner."""

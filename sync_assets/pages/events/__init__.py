"""The pages on which people publish, offer and cancel events."""

"""Events that both sides have: in which fields they differ, which side changed, and what is decided about it."""

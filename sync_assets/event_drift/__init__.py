"""Events that both sides have: in which fields they differ, whose doing that is, and what is decided about it."""

"""The page that shows what became of what somebody decided."""

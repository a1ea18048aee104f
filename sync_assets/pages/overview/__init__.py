"""The page that says whether all is in order."""

"""What both sides know, as an import needs it."""

"""What both sides are to have of an event, and how that compares with what they have."""

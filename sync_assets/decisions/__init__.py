"""What people decide about discrepancies, and how that is carried out. Read resolve.py first."""

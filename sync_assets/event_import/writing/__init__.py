"""What an import has done so far, and the rows that it writes on the tutorial side."""

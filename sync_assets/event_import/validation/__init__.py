"""Whether an upload is right, and which records its names mean."""

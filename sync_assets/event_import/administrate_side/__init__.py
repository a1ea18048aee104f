"""The half of an import that is in Administrate: look-ups, and mutations of which none is sent twice blindly."""

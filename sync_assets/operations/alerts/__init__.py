"""Who is told of what: sensors, the text of alerts, and their delivery."""

"""The jobs of the event import, the drop folder, and the reports in files."""

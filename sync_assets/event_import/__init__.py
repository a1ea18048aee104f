"""The import of events from a workbook into the tutorial tables and into Administrate."""

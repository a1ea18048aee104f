"""Uploading a workbook: its plan, correcting it, importing it, and what came of it."""

"""The events of a sitting as a workbook in the layout of the upload. Read export_events.py first."""

"""From the bytes of an upload to typed events, and back to a workbook of corrections."""

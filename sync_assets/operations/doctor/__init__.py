"""The doctor: looks at all that a run depends on and says what is wrong before the run does."""

from sync_assets.operations.doctor.examination import examine
from sync_assets.operations.doctor.finding import Finding, Health

__all__ = ["Finding", "Health", "examine"]

"""The doctor: examines everything that a run depends on, and says what is wrong before a run fails."""

from sync_assets.operations.doctor.examination import examine
from sync_assets.operations.doctor.finding import Finding, Health

__all__ = ["Finding", "Health", "examine"]

"""The jobs of the reference sync, their schedules, and how fresh the assets have to be."""

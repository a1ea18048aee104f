"""Events of a sitting published, put on sale, sold out or cancelled, on both sides."""

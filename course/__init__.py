"""The course as data. Knows nothing of screens."""

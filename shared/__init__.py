"""What two or more rooms use. Imports nothing from `demos` or `assessment`."""

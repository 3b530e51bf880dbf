"""Many simulated subscribers through all weeks, with the live program on a virtual clock."""

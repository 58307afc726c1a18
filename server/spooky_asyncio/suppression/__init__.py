"""The comments that keep findings quiet: our own, and those of other checkers that mean the same thing."""

UNUSED = "unused-suppression"
"""The rule that tells of those that keep nothing quiet. Only a comment that names it silences it."""

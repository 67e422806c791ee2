"""What a target said, held against what a vector expects: observations and verdicts. Pure."""

"""The data that judges: recorded streams with what is right to find in them, later golden vectors."""

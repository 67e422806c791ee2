"""The data that judges: vectors, and recorded streams with what is right to find in them."""

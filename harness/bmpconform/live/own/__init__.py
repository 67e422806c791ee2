"""A router and a collector of our own that conform: every script is proved by them, with no daemon and no network."""

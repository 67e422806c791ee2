"""Daemons that a test can start and BGP neighbours for them: what is known to have happened, for the oracle."""

"""The targets that have a name: for each a folder with its manifest and what speaks the protocol for it."""

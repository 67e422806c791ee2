"""The fuzzers that are compared, a module for each."""

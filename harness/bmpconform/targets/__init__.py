"""Implementations under test: how they are named, built, started, held to limits, and asked."""

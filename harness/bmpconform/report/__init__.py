"""Events to text, JSON and tables for people and programs. Pure folds."""

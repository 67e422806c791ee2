"""What the documents demand: the catalogue of clauses, the profiles, and why some clauses have no rule."""

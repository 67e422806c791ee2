"""The neutral form: what every target shows of a message, and how two such views are compared."""

"""The main job: `python -m bmpconform.conformance`, which `tox -e conformance` runs."""

"""`python -m bmpconform` is the command `bmpconform`.

Why: the command works from a source folder too, and where scripts are not on PATH.
"""

from bmpconform.cli import main

if __name__ == "__main__":
    main()

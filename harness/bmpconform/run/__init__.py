"""From vectors to verdicts: which cases a target gets, what it answers, and what that is worth."""

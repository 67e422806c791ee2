"""Our own codec as a target, held to the same vectors as everyone else's."""

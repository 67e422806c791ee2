"""What a transcript and the facts say about each clause that only a live session shows. Pure."""

"""Where octets come from: files, stdin, later captures and live feeds, all as streams."""

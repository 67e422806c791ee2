"""Live sessions: both ends of BMP played by scripts over TCP, and what the far end did judged against what was true."""

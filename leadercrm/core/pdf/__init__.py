"""PDFs: HTML is turned into them by a process of its own, and what was made is kept (cache)."""

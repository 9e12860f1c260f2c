"""Documents as PDF: frozen views of them, the words and figures on them, and their pages."""

"""Long work on codes, and what comes round."""

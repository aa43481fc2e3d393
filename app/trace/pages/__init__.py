"""The consumer's page of a code's way: what it says, and its template."""

"""Work that codes leave to the background."""

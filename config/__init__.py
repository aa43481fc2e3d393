"""Settings, process configuration and the tools behind ``./malu``."""

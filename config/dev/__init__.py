"""What stands behind ``./malu``: the demo, its services, the tests, the checks and the figures."""

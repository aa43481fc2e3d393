"""The landing page of a scan: its template, its texts, its moments."""

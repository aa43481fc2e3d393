"""The page behind a download link: its template and its texts."""

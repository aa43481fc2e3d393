"""Prints what the product says of codes: the address of each as an argument, a list of verdicts as JSON."""

import json
import sys
from urllib.parse import urlsplit

from wsgi import app

client = app.test_client()
verdicts = []
for address in sys.argv[1:]:
    parts = urlsplit(address)
    code = parts.path.rsplit("/", 1)[-1]
    found = client.get(f"/api/consumer/codes/{code}", base_url=f"http://{parts.netloc}")
    verdicts.append({"status": found.status_code, **found.get_json()})
json.dump(verdicts, sys.stdout)

"""What is told of a code, decided without I/O: pieces of records, EPCIS events and their hashes, journeys."""

"""`make soak`: the ingest killed, interrupted and crowded, and the archive exact after every one of these."""

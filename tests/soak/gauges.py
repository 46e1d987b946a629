"""What must not grow while the house stands: memory, open files, connections, temporary files."""

import time
from contextlib import suppress
from statistics import median

import psycopg2

from tests.processes import memory, open_files

MB = 1024
MAY_GROW = {"memory of": 24, "open files of": 16, "connections": 6, "temporary files": 4}
"""By how much (MB, or how many) and by a tenth."""


class Gauges:
    def __init__(self, house):
        self.house, self.samples = house, []

    def look(self):
        found = {"temporary files": len(list(self.house.temporary.rglob("*")))}
        for name in ("web", "worker", "beat"):
            pids = self.house.pids(name)
            found[f"memory of {name}"] = sum(map(memory, pids)) / MB
            found[f"open files of {name}"] = sum(map(open_files, pids))
        with suppress(psycopg2.Error):
            found["connections"] = connections(self.house.database)
        self.samples.append((time.time(), found))

    def rows(self, strikes):
        """Yield (what, in the second quarter of the time, in the last one, whether that is flat).

        Of every process that was killed the file stays in which it counted for Prometheus.
        """
        quarter = len(self.samples) // 4
        for what in self.samples[-1][1]:
            early, late = (
                median(found[what] for _, found in part if what in found)
                for part in (self.samples[quarter : 2 * quarter], self.samples[-quarter:])
            )
            [more] = [more for name, more in MAY_GROW.items() if what.startswith(name)]
            more += strikes if what == "temporary files" else 0
            yield what, early, late, late <= early * 1.1 + more


def connections(database):
    connection = psycopg2.connect(database)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'")
            return cursor.fetchone()[0]
    finally:
        connection.close()

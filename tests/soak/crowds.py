"""Several processes at the same files. The trials return {round: what is wrong}: nothing if all is well."""

import random
import re

from tests.soak.archives import archive, empty
from tests.soak.children import wait
from tests.soak.contents import differing
from tests.soak.verdicts import state

COMPLAINT = re.compile("traceback|deadlock|locked|error", re.IGNORECASE)


def crowd(server, paths, processes, rounds):
    """Have several processes ingest the same files at once, some of them all, the others a part of them."""
    with archive(server) as target:
        expected = target.ingest(paths)
        return {f"round {n + 1}": one_round(target, paths, processes, expected) for n in range(rounds)}


def one_round(target, paths, processes, expected):
    target.ask(empty)
    parts = [random.sample(paths, len(paths) * 3 // 4 if n % 2 else len(paths)) for n in range(processes)]
    crowd = [target.start(part, log=f"log {n}") for n, part in enumerate(parts)]
    wrong = []
    for n, process in enumerate(crowd):
        code, said = wait(process), target.said(f"log {n}")
        if code or COMPLAINT.search(said):
            wrong.append(f"process {n} ended with {code}: {said}")
    now, faults = target.ask(state)
    return wrong + faults + [f"not exact: {table}" for table in differing(now, expected)]

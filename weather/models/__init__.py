from weather.formats import ELEMENTS
from weather.models.archive import Archive, Inventory, Observation, ObservationRow, Station, upsert
from weather.models.ledger import Change, IngestRun, RejectedLine, Revision, SourceFile
from weather.models.quality import FlagCount
from weather.models.work import Work

__all__ = [
    "ELEMENTS",
    "Archive",
    "Change",
    "FlagCount",
    "IngestRun",
    "Inventory",
    "Observation",
    "ObservationRow",
    "RejectedLine",
    "Revision",
    "SourceFile",
    "Station",
    "Work",
    "upsert",
]

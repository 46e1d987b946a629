import pytest
from django.core.management import CommandError, call_command

from tests.factories import make_station
from weather import stations
from weather.formats import NotInFormat, Rejected, lines
from weather.formats.ghcnd_stations import parse
from weather.ingest import ingest
from weather.models import Archive, IngestRun, Inventory, RejectedLine, SourceFile, Station
from weather.stations import ingest_stations

ALEDO = "USC00110072  41.1978  -90.7447  222.5 IL ALEDO                              HCN      "
DESCRIBED = ("station_id", "name", "state", "country", "latitude", "longitude", "elevation_m")


@pytest.fixture
def listed(tmp_path):
    """A function that writes a list of stations and takes it in."""

    def write(*lines):
        path = tmp_path / "ghcnd-stations.txt"
        path.write_text("\n".join(lines) + "\n")
        return ingest_stations(str(path))

    return write


def counts(run):
    return {name: getattr(run, name) for name in run.COUNTS if getattr(run, name)}


def test_line_describes_a_station():
    assert parse(ALEDO.encode()) == (
        {
            "USC00110072": {
                "latitude": 41.1978,
                "longitude": -90.7447,
                "elevation_m": 222.5,
                "state": "IL",
                "name": "ALEDO",
            }
        },
        0,
        [],
    )


def test_missing_elevation_and_state_and_cut_blanks():
    stations, _, _ = parse(b"AGE00147704  36.9000    7.7700 -999.9    ANNABA-CAP DE GARDE")
    assert stations["AGE00147704"] == {
        "latitude": 36.9,
        "longitude": 7.77,
        "elevation_m": None,
        "state": "",
        "name": "ANNABA-CAP DE GARDE",
    }


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("usc00110072" + ALEDO[11:], "expected a station id in columns 1-11, got 'usc00110072'"),
        (
            ALEDO.replace(" 41.1978", " 91.1978"),
            "expected a latitude from -90 to 90 in columns 13-20, got '91.1978'",
        ),
        (
            ALEDO.replace("-90.7447", "     nan"),
            "expected a longitude from -180 to 180 in columns 22-30, got 'nan'",
        ),
        (ALEDO[:30], "expected an elevation from -1000 to 9000 in columns 32-37, got ''"),
        (ALEDO.replace("IL", "IA"), "station USC00110072 stands in the file already, described otherwise"),
    ],
)
def test_bad_line_rejected_beside_a_good_one(line, reason):
    stations, _, rejected = parse(f"{ALEDO}\n\n{line}\n".encode())
    assert (list(stations), rejected) == (["USC00110072"], [Rejected(3, reason, line)])


def test_same_description_twice_is_a_repetition():
    stations, repeated, rejected = parse(f"{ALEDO}\n{ALEDO}\n".encode())
    assert (len(stations), repeated, rejected) == (1, 1, [])


def test_bytes_that_are_no_text_rejected():
    _, _, [line] = parse(ALEDO.encode() + b"\n\xff\xfe\n")
    assert (line.reason, line.text) == ("expected text in UTF-8", "\\xff\\xfe")


def test_control_character_rejected():
    """PostgreSQL takes no NUL in a text."""
    _, _, rejected = parse(f"{ALEDO}\n{ALEDO[:50]}\0{ALEDO[51:]}\n".encode() + bytes(64))
    assert [(line.line_number, line.reason) for line in rejected] == [
        (2, "expected text, got a control character in column 51"),
        (3, "expected text, got a control character in column 1"),
    ]


def test_file_that_is_no_list_refused_before_it_fills_the_memory(monkeypatch):
    monkeypatch.setattr(lines, "MOST_REJECTED", 2)
    with pytest.raises(NotInFormat, match="more than 2 of its lines are not in the ghcnd-stations format"):
        parse(f"{ALEDO}\n".encode() + b"x\n" * 3)


@pytest.mark.parametrize("text", [b"", b"19850101\t  -22\t -128\t   94\n"])
def test_file_without_a_station_refused(text):
    with pytest.raises(NotInFormat, match="no line describes a station"):
        parse(text)


@pytest.mark.django_db
def test_list_makes_and_describes_stations(listed):
    make_station("USC00110072")
    run = listed(ALEDO, ALEDO.replace("0072", "0073"))
    assert (run.status, counts(run)) == ("succeeded", {"read": 2, "inserted": 1, "updated": 1})
    assert list(Station.objects.values_list(*DESCRIBED)) == [
        ("USC00110072", "ALEDO", "IL", "US", 41.1978, -90.7447, 222.5),
        ("USC00110073", "ALEDO", "IL", "US", 41.1978, -90.7447, 222.5),
    ]
    file = SourceFile.objects.get()
    assert (file.format, file.read, file.generation) == (
        "ghcnd-stations",
        2,
        Archive.objects.get().generation,
    )


@pytest.mark.django_db
def test_same_list_again_changes_nothing(listed):
    listed(ALEDO)
    assert counts(listed(ALEDO)) == {"read": 1, "unchanged": 1}


@pytest.mark.django_db
def test_rejected_line_kept(listed):
    assert counts(listed(ALEDO, "?")) == {"read": 2, "inserted": 1, "rejected": 1}
    line = RejectedLine.objects.get()
    assert (line.line_number, line.text) == (2, "?")


@pytest.mark.django_db
def test_other_file_quarantined(tmp_path):
    (tmp_path / "notes.txt").write_text("hello\n")
    with pytest.raises(SystemExit) as ended:
        call_command("ingest_stations", str(tmp_path / "notes.txt"))
    assert ended.value.code == 3
    assert SourceFile.objects.get().status == "quarantined"
    assert Station.objects.count() == 0


@pytest.mark.django_db
def test_list_that_ends_in_an_error_does_not_stop_the_others(tmp_path, monkeypatch):
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(ALEDO)
    monkeypatch.setattr(stations, "enter_stations", enter_but_the_first(stations.enter_stations))
    run = ingest_stations(str(tmp_path))
    assert (run.status, run.quarantined, run.inserted) == ("succeeded", 1, 1)
    assert SourceFile.objects.get(status="quarantined").reason.startswith(
        "unexpected error, see the log: Runt"
    )


def enter_but_the_first(enter):
    outcomes = iter([RuntimeError("no reason")])

    def enter_or_fail(parsed):
        for error in outcomes:
            raise error
        return enter(parsed)

    return enter_or_fail


@pytest.mark.django_db
def test_missing_file_is_an_error(tmp_path):
    with pytest.raises(CommandError, match="no files in"):
        call_command("ingest_stations", str(tmp_path / "missing"))
    assert IngestRun.objects.count() == 0


@pytest.mark.django_db
def test_real_list_gives_the_stations_of_the_data_their_states(ghcn_data, wx_data):
    for path in wx_data.glob("*.txt"):
        make_station(path.stem)
    run = ingest_stations(str(ghcn_data / "ghcnd-stations.txt"))
    assert counts(run) == {"read": 62_314, "inserted": 62_146, "updated": 167, "unchanged": 1}
    with_data = Station.objects.filter(station_id__in=[path.stem for path in wx_data.glob("*.txt")])
    states = list(with_data.values_list("state", flat=True))
    assert {state: states.count(state) for state in set(states)} == {
        "NE": 46,
        "IL": 36,
        "IN": 36,
        "OH": 26,
        "IA": 23,
    }


@pytest.mark.django_db
def test_list_in_a_folder_of_weather_does_not_stop_the_others(tmp_path, listed):
    listed(ALEDO)
    (tmp_path / "USC00110072.txt").write_text("19850101\t-22\t-128\t94\n")
    run = ingest([str(tmp_path)])
    assert (run.files, run.skipped, counts(run)) == (2, 1, {"read": 1, "inserted": 1})


def inventory(tmp_path, *years):
    path = tmp_path / "inventory.txt"
    position = "USC00110072  41.1978  -90.7447"
    path.write_text("".join(f"{position} {element} {first} {last}\n" for element, first, last in years))
    return ingest_stations(str(path))


@pytest.mark.django_db
def test_inventory_says_which_years_there_are(tmp_path):
    run = inventory(tmp_path, ("TMAX", 1901, 2024), ("SNOW", 1893, 2024), ("PRCP", 1893, 2024))
    assert (counts(run), run.left_out) == ({"read": 2, "inserted": 2}, 1)
    station = Station.objects.get()
    assert (station.station_id, station.latitude, station.longitude) == ("USC00110072", 41.1978, -90.7447)
    assert SourceFile.objects.get().format == "ghcnd-inventory"
    run = inventory(tmp_path, ("TMAX", 1901, 2025), ("PRCP", 1893, 2024), ("TMIN", 1901, 2024))
    assert counts(run) == {"read": 3, "inserted": 1, "updated": 1, "unchanged": 1}
    assert list(Inventory.objects.values_list("station", "element", "first_year", "last_year")) == [
        (station.pk, "prcp", 1893, 2024),
        (station.pk, "tmax", 1901, 2025),
        (station.pk, "tmin", 1901, 2024),
    ]


@pytest.mark.django_db
def test_inventory_leaves_a_described_station_as_it_is(tmp_path, listed):
    listed(ALEDO)
    inventory(tmp_path, ("TMAX", 1901, 2024))
    assert Station.objects.get().name == "ALEDO"

import pytest

from weather.formats import NotInFormat, ghcnd_inventory, ghcnd_stations
from weather.formats.ghcnd_inventory import parse

ALEDO = "USC00110072  41.1978  -90.7447 TMAX 1901 2020"

pytestmark = pytest.mark.once


def test_lines_of_a_station_join():
    lines = [ALEDO, ALEDO.replace("TMAX 1901", "PRCP 1893"), ALEDO.replace("0072", "0073")]
    listed = parse("\n".join(lines).encode())
    place = {"latitude": 41.1978, "longitude": -90.7447}
    assert listed.stations == {
        "USC00110072": place | {"elements": {"tmax": (1901, 2020), "prcp": (1893, 2020)}},
        "USC00110073": place | {"elements": {"tmax": (1901, 2020)}},
    }
    assert (listed.read, listed.repeated, listed.rejected, listed.left_out) == (3, 0, [], 0)


def test_other_elements_left_out():
    listed = parse(f"{ALEDO}\r\n\r\n{ALEDO.replace('TMAX', 'WT01')}\r\n".encode())
    assert listed.stations["USC00110072"]["elements"] == {"tmax": (1901, 2020)}
    assert (listed.read, listed.left_out) == (1, 1)


def test_list_of_other_elements_only_describes_nothing():
    assert parse(ALEDO.replace("TMAX", "SNOW").encode()) == ({}, 0, [], 1)


def test_same_line_twice_is_a_repetition():
    listed = parse(f"{ALEDO}\n{ALEDO}\n".encode())
    assert (listed.read, listed.repeated, listed.rejected) == (2, 1, [])


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("usc00110072" + ALEDO[11:], "expected a station id in columns 1-11, got 'usc00110072'"),
        (
            ALEDO.replace("41.1978", "91.1978"),
            "expected a latitude from -90 to 90 in columns 13-20, got '91.1978'",
        ),
        (ALEDO.replace("TMAX", "tmax"), "expected an element in columns 32-35, got 'tmax'"),
        (ALEDO.replace("1901", "190x"), "expected a year in columns 37-40, got '190x'"),
        (ALEDO.replace("2020", "0000"), "expected a year in columns 42-45, got '0000'"),
        (ALEDO[:41], "expected a year in columns 42-45, got ''"),
        (ALEDO.replace("2020", "1900"), "expected the first year before the last, got 1901 and 1900"),
        (ALEDO.replace("1901", "1902"), "tmax of USC00110072 stands in the file already, with other years"),
        (
            ALEDO.replace("41.1978", "41.1979").replace("TMAX", "TMIN"),
            "station USC00110072 stands in the file already, at another place",
        ),
        ("\u00e9" * 30, "expected a station id in columns 1-11, got 'ééééééééééé'"),
    ],
)
def test_bad_line_rejected_beside_a_good_one(line, reason):
    listed = parse(f"{ALEDO}\n{line}\n".encode())
    assert (list(listed.stations), listed.read) == (["USC00110072"], 2)
    assert [(line.line_number, line.reason) for line in listed.rejected] == [(2, reason)]


@pytest.mark.parametrize("text", [b"", b"nonsense\n", b"19850101\t  -22\t -128\t   94\n"])
def test_file_without_a_station_refused(text):
    with pytest.raises(NotInFormat, match="no line describes a station"):
        parse(text)


def test_lists_told_apart_by_content(ghcn_data):
    stations, inventory = (ghcn_data / "ghcnd-stations.txt").read_bytes()[:65536], ALEDO.encode()
    assert (ghcnd_stations.recognise(stations), ghcnd_inventory.recognise(stations)) == (True, False)
    assert (ghcnd_stations.recognise(inventory), ghcnd_inventory.recognise(inventory)) == (False, True)

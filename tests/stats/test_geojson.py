import orjson
import pytest

from tests.factories import make_station

pytestmark = pytest.mark.django_db

GEOJSON = "application/geo+json"


@pytest.fixture
def archive():
    make_station("AGE00147704")
    make_station("USC00110072", name="ALEDO", latitude=41.1978, longitude=-90.7447)


@pytest.mark.parametrize("query", ["", "?near=41,-90", "?page_size=1&count=exact"])
def test_features_are_the_stations(client, archive, query):
    plain = client.get(f"/api/stations{query}").json()
    response = client.get(f"/api/stations{query}", headers={"accept": GEOJSON})
    assert (response["Content-Type"], response["Vary"]) == (GEOJSON, "Accept")
    results = plain.pop("results")
    points = {"USC00110072": {"type": "Point", "coordinates": [-90.7447, 41.1978]}, "AGE00147704": None}
    assert response.json() == {
        "type": "FeatureCollection",
        **plain,
        "features": [
            {
                "type": "Feature",
                "id": station["station_id"],
                "geometry": points[station["station_id"]],
                "properties": station,
            }
            for station in results
        ],
    }


def test_pages_of_features_follow_one_another(client, archive):
    page = client.get("/api/stations?format=geojson&page_size=1")
    assert page["Content-Type"] == GEOJSON
    second = client.get(page.json()["next"])
    assert second["Content-Type"] == GEOJSON
    assert [feature["id"] for feature in second.json()["features"]] == ["USC00110072"]


@pytest.mark.parametrize(
    ("query", "accept", "media_type"),
    [
        ("", "*/*", "application/json"),
        ("", "nonsense", "application/json"),
        ("", f"{GEOJSON};q=0.5, application/json", "application/json"),
        ("", f"{GEOJSON}, */*;q=0.1", GEOJSON),
        ("?format=json", GEOJSON, "application/json"),
        ("?format=geojson", "application/json", GEOJSON),
    ],
)
def test_format_or_accept_chooses(client, query, accept, media_type):
    response = client.get(f"/api/stations{query}", headers={"accept": accept})
    assert (response.status_code, response["Content-Type"]) == (200, media_type)
    assert orjson.loads(response.content)["next"] is None


def test_one_station_is_json(client, archive):
    response = client.get("/api/stations/USC00110072?format=geojson")
    assert response.json()["errors"] == [{"parameter": "format", "detail": "expected json, got 'geojson'"}]

"""Files in GHCN-Daily's formats, written from rows: {(station id, YYYYMMDD): (tmax, tmin, prcp, flags)}.

Values are tenths, None is missing. `flags` are the quality flags of the three as three characters, blank for
none.
"""

from collections import defaultdict

ELEMENTS = ("TMAX", "TMIN", "PRCP")
HEADER = "ID,DATE,ELEMENT,DATA_VALUE,M_FLAG,Q_FLAG,S_FLAG,OBS_TIME"
PLACE = '"  41.1978"," -90.7447","  222.5","ALEDO, IL US"'
PLACE_NAMES = '"LATITUDE","LONGITUDE","ELEVATION","NAME"'


def write_by_station(path, rows, header=False):
    """Write rows ordered by station, element and date; return the path."""
    lines = sorted(lines_of(rows), key=lambda line: (line[0], line[2], line[1]))
    return write(path, [HEADER] * header + [",".join(line) for line in lines])


def write_by_year(path, rows, header=True):
    """Write rows ordered by date and station; return the path."""
    lines = sorted(lines_of(rows), key=lambda line: (line[1], line[0]))
    return write(path, [HEADER] * header + [",".join(line) for line in lines])


def lines_of(rows):
    for (station_id, day), (*values, flags) in rows.items():
        for element, value, flag in zip(ELEMENTS, values, flags, strict=True):
            if value is not None:
                yield station_id, day, element, str(value), "", flag.strip(), "0", ""


def write_dly(path, rows, stripped=True):
    """Write rows in fixed columns; return the path. `stripped` leaves out the blanks at the end of lines."""
    months = defaultdict(dict)
    for (station_id, day), (*values, flags) in rows.items():
        for element, value, flag in zip(ELEMENTS, values, flags, strict=True):
            if value is not None:
                months[station_id, day[:6], element][int(day[6:])] = f"{value:5} {flag}0"
    lines = (
        "".join(key) + "".join(days.get(day, "-9999   ") for day in range(1, 32))
        for key, days in sorted(months.items())
    )
    return write(path, [line.rstrip() if stripped else line for line in lines])


def write_access(path, rows):
    """Write rows as NOAA's access form has them; return the path. Days without a value are lines, too."""
    names = ",".join(f'"{element}","{element}_ATTRIBUTES"' for element in ELEMENTS)
    lines = [f'"STATION","DATE",{PLACE_NAMES},{names}']
    for (station_id, day), (*values, flags) in rows.items():
        fields = (
            '"",""' if value is None else f'"{value:5}",",{flag.strip()},0"'
            for value, flag in zip(values, flags, strict=True)
        )
        date = f"{day[:4]}-{day[4:6]}-{day[6:]}"
        lines.append(f'"{station_id}","{date}",{PLACE},{",".join(fields)}')
    return write(path, lines)


def write(path, lines):
    path.write_text("".join(f"{line}\n" for line in lines), encoding="ascii")
    return path

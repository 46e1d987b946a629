import gzip

from tests.weather.bad_input.case import ID, Case, by_number, none_of

CSV, DLY = f"{ID}.csv", f"{ID}.dly"
BY_STATION = f"{ID},19850101,TMAX,-22,,I,0,0700\n{ID},19850101,TMIN,-128,,,0,0700\n".encode()
ROW = f"{ID} 19850101 -22 -128 -9999 I.."
HEADER = b"ID,DATE,ELEMENT,DATA_VALUE,M_FLAG,Q_FLAG,S_FLAG,OBS_TIME\n"
ALREADY = "stands in line 1 already, with another value or flag"


def csv_line(line, reason):
    """A bad line behind two good ones that make a row."""
    return Case(CSV, BY_STATION + f"{line}\n".encode(), (ROW,), {3: reason})


CSV_LINES = {
    "CSV": Case(CSV, BY_STATION, (ROW,)),
    "CSV under any name": Case("nonsense.txt", BY_STATION, (ROW,)),
    "CSV with a header, CRLF and a byte-order mark": Case(
        CSV, b"\xef\xbb\xbf" + (HEADER + BY_STATION).replace(b"\n", b"\r\n"), (ROW,)
    ),
    "CSV, gzipped": Case(f"{CSV}.gz", gzip.compress(HEADER + BY_STATION), (ROW,)),
    "CSV with fewer columns": Case(
        CSV, BY_STATION + f"{ID},19850101,PRCP,5\n".encode(), (ROW.replace("-9999", "5"),)
    ),
    "CSV of a header only": Case(CSV, HEADER, refusal="the file has no lines but its header"),
    "CSV with its columns in another order": Case(
        CSV,
        b"ID,DATE,ELEMENT,Q_FLAG,DATA_VALUE\n" + BY_STATION,
        refusal=f"expected the columns {HEADER.decode().strip()}, got 'ID,DATE,ELEMENT,Q_FLAG,DATA_VALUE'",
    ),
    "CSV of other elements only": Case(CSV, f"{ID},19850101,SNOW,0,,,,\n".encode()),
    "CSV with a second header": csv_line(HEADER.decode().strip(), "expected a station id, got 'ID'"),
    "CSV quoted": csv_line(f'"{ID}","19850102","TMAX","1"', f"expected a station id, got '\"{ID}\"'"),
    "CSV with semicolons": csv_line(
        f"{ID};19850102;TMAX;1;;;;", "expected 4 to 8 columns separated by commas, got 1"
    ),
    "CSV with a column too many": csv_line(
        f"{ID},19850102,TMAX,1,,,0,0700,1", "expected 4 to 8 columns separated by commas, got 9"
    ),
    "CSV cut in its middle": csv_line(f"{ID},1985010", "expected 4 to 8 columns separated by commas, got 2"),
    "CSV with a bad station": csv_line(
        "ÜSC00110072,19850102,TMAX,1,,,,", "expected a station id, got '\\xc3\\x9cSC00110072'"
    ),
    "CSV with a lower-case element": csv_line(
        f"{ID},19850102,tmax,1,,,,", "expected an element such as TMAX, got 'tmax'"
    ),
    "CSV with a day that is none": csv_line(
        f"{ID},19850229,TMAX,1,,,,", "expected a date YYYYMMDD, got '19850229'"
    ),
    "CSV with a year far off": csv_line(
        f"{ID},91850228,TMAX,1,,,,", "the year of '91850228' is outside 1700..2199"
    ),
    "CSV with much to say in a reason": csv_line(
        f"{ID},19850102,TMAX,1,,{'é' * 30},,",
        ("expected a letter or none as quality flag of tmax, got '" + r"\xc3\xa9" * 20)[:197] + "...",
    ),
    "CSV with a fraction": csv_line(
        f"{ID},19850102,TMAX,1.0,,,,", "expected a whole number for tmax, got '1.0'"
    ),
    "CSV with an exponent": csv_line(
        f"{ID},19850102,TMAX,1e3,,,,", "expected a whole number for tmax, got '1e3'"
    ),
    "CSV with a hexadecimal": csv_line(
        f"{ID},19850102,TMAX,0x1F,,,,", "expected a whole number for tmax, got '0x1F'"
    ),
    "CSV with a blank in a value": csv_line(
        f"{ID},19850102,TMAX, 1,,,,", "expected a whole number for tmax, got ' 1'"
    ),
    "CSV without a value": csv_line(f"{ID},19850102,TMAX,,,,0,", "expected a whole number for tmax, got ''"),
    "CSV with a value above a smallint": csv_line(
        f"{ID},19850102,PRCP,32768,,,,", "prcp 32768 is outside -9998..32767"
    ),
    "CSV with a digit as quality flag": csv_line(
        f"{ID},19850102,TMAX,1,,7,,", "expected a letter or none as quality flag of tmax, got '7'"
    ),
    "CSV with NUL": csv_line(
        f"{ID},19850102,TMAX,1,,,\0,0700", "expected one character or nothing as S_FLAG, got '\\x00'"
    ),
    "CSV with a day twice alike": Case(CSV, BY_STATION * 2, (ROW,)),
    "CSV with a day twice with other values": csv_line(
        f"{ID},19850101,TMAX,-21,,I,0,0700", f"tmax of 1985-01-01 {ALREADY}"
    ),
    "CSV with a day twice with other flags": csv_line(
        f"{ID},19850101,TMAX,-22,,,0,0700", f"tmax of 1985-01-01 {ALREADY}"
    ),
    "CSV with what is missing": Case(CSV, BY_STATION + f"{ID},19850102,TMAX,-9999,,,,\n".encode(), (ROW,)),
    "CSV without a good line": Case(
        CSV,
        f"{ID},19850229,TMAX,1,,,,\n".encode(),
        refusal=none_of(1, "expected a date YYYYMMDD, got '19850229'", "ghcn-by-station"),
    ),
}

MISSING = "-9999   "


def dly(*days, start=f"{ID}198502TMAX"):
    """A line of a .dly file with the fields of its first days."""
    return (start + "".join(days) + MISSING * (31 - len(days))).encode()


DLY_GOOD = dly("  -22 I0")
DLY_ROW = f"{ID} 19850201 -22 -9999 -9999 I.."


def dly_line(line, reason):
    return Case(DLY, DLY_GOOD + b"\n" + line + b"\n", (DLY_ROW,), {2: reason})


DLY_LINES = {
    "dly": Case(DLY, DLY_GOOD, (DLY_ROW,)),
    "dly under any name": Case("x.txt", DLY_GOOD.rstrip(), (DLY_ROW,)),
    "dly cut after the month's last day": dly_line(
        dly("    1  0")[: 21 + 8 * 28].rstrip(), "expected 266 to 269 characters, got 242"
    ),
    "dly with a day after the month's last": dly_line(
        dly(*[MISSING] * 28, "    1  0"), "expected -9999 as tmax of day 29 in a month of 28 days, got '1'"
    ),
    "dly with a blank field": dly_line(
        dly("     " + "   "), "expected a whole number for tmax of day 1, got ''"
    ),
    "dly slipped to the left": dly_line(
        dly(MISSING, "  -22  0").replace(b"-9999", b"-999", 1) + b"0",
        "expected a whole number for tmax of day 1, got '-999 '",
    ),
    "dly slipped to the right": dly_line(
        dly("   -22 0").rstrip(), "expected letters or blanks as the three flags of tmax of day 1, got '2 0'"
    ),
    "dly with a bad flag": dly_line(
        dly("    1 70"), "expected letters or blanks as the three flags of tmax of day 1, got ' 70'"
    ),
    "dly of month 13": dly_line(
        dly("    1  0", start=f"{ID}198513TMAX"), "expected a year and month YYYYMM, got '198513'"
    ),
    "dly of year 0": dly_line(
        dly("    1  0", start=f"{ID}000001TMAX"), "expected a year and month YYYYMM, got '000001'"
    ),
    "dly of a bad station": dly_line(
        dly("    1  0", start="usc00110072198502TMAX"),
        "expected a station id in columns 1-11, got 'usc00110072'",
    ),
    "dly of another element": Case(
        DLY, DLY_GOOD + b"\n" + dly("    x  0", start=f"{ID}198502SNOW"), (DLY_ROW,)
    ),
    "dly with a month twice, otherwise": dly_line(dly("  -21 I0"), f"tmax of 1985-02-01 {ALREADY}"),
    "dly with a month in two lines": Case(
        DLY, DLY_GOOD + b"\n" + dly(MISSING, "    1  0"), (DLY_ROW, f"{ID} 19850202 1 -9999 -9999 ...")
    ),
}

ACCESS_HEADER = '"STATION","DATE","NAME","TMAX","TMAX_ATTRIBUTES"\n'
ACCESS_GOOD = f'"{ID}","1985-01-01","ALEDO, IL US","  -22",",I,0,0700"\n'
ACCESS_ROW = f"{ID} 19850101 -22 -9999 -9999 I.."


def access(line, *rows, **rejected):
    content = f"{ACCESS_HEADER}{ACCESS_GOOD}{line}".encode()
    return Case(CSV, content, (ACCESS_ROW, *rows), by_number(rejected))


ACCESS_LINES = {
    "access": access(""),
    "access without quotes": access(f"{ID},1985-01-02,ALEDO,5,\n", f"{ID} 19850102 5 -9999 -9999 ..."),
    "access of a blank day": access(f'"{ID}","1985-01-02","ALEDO, IL US","",""\n'),
    "access with a date of digits": access(
        f'"{ID}","19850102","","5",""\n', line3="expected a date YYYY-MM-DD, got '19850102'"
    ),
    "access with a day that is none": access(
        f'"{ID}","1985-02-29","","5",""\n', line3="expected a date YYYY-MM-DD, got '1985-02-29'"
    ),
    "access with too few columns": access(
        f'"{ID}","1985-01-02"\n', line3="expected 5 columns as in the first line, got 2"
    ),
    "access with a quote left open": access(
        f'"{ID}","1985-01-02","ALEDO,5,\n',
        line3="expected columns separated by commas: unexpected end of data",
    ),
    "access with a line end in quotes": access(
        f'"{ID}","1985-01-02","AL\nEDO","5",""\n',
        line3="expected columns separated by commas: unexpected end of data",
        line4="expected 5 columns as in the first line, got 3",
    ),
    "access with a fraction": access(
        f'"{ID}","1985-01-02",""," 5.0",""\n', line3="expected a whole number for tmax, got '5.0'"
    ),
    "access with bad flags": access(
        f'"{ID}","1985-01-02","","    5","I"\n',
        line3="expected flags such as ',I,S' as TMAX_ATTRIBUTES, got 'I'",
    ),
    "access that is no UTF-8": Case(
        CSV,
        (ACCESS_HEADER + ACCESS_GOOD).encode() + f'"{ID}","1985-01-02","\xb0","5",""\n'.encode("latin-1"),
        (ACCESS_ROW,),
        {3: "expected text in UTF-8"},
    ),
    "access with an element twice": Case(
        CSV,
        ACCESS_HEADER.replace("NAME", "TMAX").encode() + ACCESS_GOOD.encode(),
        refusal="expected one column TMAX, got 2",
    ),
}

from tests.weather.bad_input.case import FORMATS, ID, Case, by_number, none_of

TXT = f"{ID}.txt"
WX = b"19850101\t  -22\t -128\t   94\n"
WX_ROW = f"{ID} 19850101 -22 -128 94"
NEXT = b"19850102\t1\t2\t3\n"
NEXT_ROW = f"{ID} 19850102 1 2 3"
WX_NAME = "expected a file name like USC00110072.txt, with the GHCN id of its station"


def wx(content, *rows, **rejected):
    return Case(TXT, content, rows, by_number(rejected))


def wx_line(line, reason):
    """A bad line between two good ones."""
    return wx(WX + line + b"\n" + NEXT, WX_ROW, NEXT_ROW, line2=reason)


def wx_refused(content, refusal):
    return Case(TXT, content, refusal=refusal)


STRUCTURE = {
    "no bytes": wx_refused(b"", "the file is empty"),
    "blank lines only": wx_refused(b"\n\r\n  \n", "the file is empty"),
    "byte-order mark only": wx_refused(b"\xef\xbb\xbf", "the file is empty"),
    "no final newline": wx(WX + NEXT[:-1], WX_ROW, NEXT_ROW),
    "CRLF": wx((WX + NEXT).replace(b"\n", b"\r\n"), WX_ROW, NEXT_ROW),
    "CRLF in one line of two": wx(WX.replace(b"\n", b"\r\n") + NEXT, WX_ROW, NEXT_ROW),
    "CR as the only line end": wx_refused(
        (WX + NEXT).replace(b"\n", b"\r"), none_of(1, "expected 4 columns separated by tabs, got 7")
    ),
    "byte-order mark": wx(b"\xef\xbb\xbf" + WX, WX_ROW),
    "byte-order mark in the middle": wx_line(
        b"\xef\xbb\xbf19850103\t1\t2\t3", "expected a date YYYYMMDD, got '\\xef\\xbb\\xbf19850103'"
    ),
    "UTF-16": wx_refused(WX.decode().encode("utf-16"), f"{FORMATS} text in UTF-16: save it as plain text"),
    "NUL bytes at the end, as after a crash": wx(
        WX + bytes(4096), WX_ROW, line2="expected 4 columns separated by tabs, got 1"
    ),
    "NUL bytes only": wx_refused(bytes(4096), f"{FORMATS} binary: it has bytes that no text has"),
    "line of latin-1": wx_line(b"19850103\t1\xb0\t2\t3", "expected a whole number for tmax, got '1\\xb0'"),
    "line cut in its middle": wx(
        WX + b"19850102\t   1", WX_ROW, line2="expected 4 columns separated by tabs, got 2"
    ),
    "line of a megabyte": wx_line(b"9" * (1 << 20), "expected 4 columns separated by tabs, got 1"),
    "two lines in one": wx_line(
        b"19850103\t1\t2\t319850104\t1\t2\t3", "expected 4 columns separated by tabs, got 7"
    ),
    "columns too few": wx_line(b"19850103\t1\t2", "expected 4 columns separated by tabs, got 3"),
    "columns too many": wx_line(b"19850103\t1\t2\t3\t4", "expected 4 columns separated by tabs, got 5"),
    "tab at the end": wx_line(b"19850103\t1\t2\t3\t", "expected 4 columns separated by tabs, got 5"),
    "blanks in place of tabs": wx_line(b"19850103 1 2 3", "expected 4 columns separated by tabs, got 1"),
    "commas in place of tabs": wx_line(b"19850103,1,2,3", "expected 4 columns separated by tabs, got 1"),
    "line that names the columns": wx(
        b"date\ttmax\ttmin\tprcp\n" + WX, WX_ROW, line1="expected a date YYYYMMDD, got 'date'"
    ),
    "comment": wx(b"# 1985\n" + WX, WX_ROW, line1="expected 4 columns separated by tabs, got 1"),
    "not a good line": wx_refused(
        b"\n19850230\t1\t2\t3\n", none_of(1, "expected a date YYYYMMDD, got '19850230'", first=2)
    ),
    "other text": wx_refused(
        b"To whom it may concern\n", f"{FORMATS} text that begins 'To whom it may concern'"
    ),
    "HTML": wx_refused(
        b"<!DOCTYPE html>\n<title>503</title>\n",
        f"{FORMATS} HTML or XML, perhaps an error page in place of the file: download it again",
    ),
    "JSON": wx_refused(b'{"status": 403}', f"{FORMATS} JSON"),
    "program": wx_refused(b"\x7fELF\x02\x01\x01" + bytes(100), f"{FORMATS} a program"),
    "image": wx_refused(b"\x89PNG\r\n\x1a\n" + bytes(100), f"{FORMATS} an image"),
    "zip": wx_refused(b"PK\x03\x04" + bytes(100), f"{FORMATS} a zip archive: unpack it"),
    "list of stations": wx_refused(
        b"USC00110072  41.1978  -90.7447  222.5 IL ALEDO\n",
        "this is one of NOAA's lists of stations: take it in by ingest_stations",
    ),
}

DATES = (
    {
        f"date {date!r}": wx_line(f"{date}\t1\t2\t3".encode(), f"expected a date YYYYMMDD, got '{date}'")
        for date in (
            "19850230",
            "19850431",
            "19850229",
            "19000229",
            "19851301",
            "19850001",
            "19850100",
            "00000101",
            "1985011",
            "198501011",
            "1985-01-03",
            "03.01.85",
            "+9850103",
            "19850103.0",
            " 19850103",
            "",
        )
    }
    | {
        f"year of {date}": wx_line(f"{date}\t1\t2\t3".encode(), f"the year of '{date}' is outside 1700..2199")
        for date in ("00010101", "16991231", "22000101", "99991231")
    }
    | {
        "29 February of leap years": wx(
            b"20000229\t1\t2\t3\n19040229\t1\t2\t3\n", f"{ID} 19040229 1 2 3", f"{ID} 20000229 1 2 3"
        ),
        "years 1700 and 2199": wx(
            b"21991231\t1\t2\t3\n17000101\t1\t2\t3\n", f"{ID} 17000101 1 2 3", f"{ID} 21991231 1 2 3"
        ),
        "days in disorder": wx(NEXT + WX, WX_ROW, NEXT_ROW),
        "day twice alike": wx(WX + NEXT + WX, WX_ROW, NEXT_ROW),
        "day twice, written otherwise": wx(WX + b"19850101\t-22\t-0128\t94\n", WX_ROW),
        "day twice with other values": wx(
            WX + NEXT + b"19850101\t-22\t-128\t95\n",
            WX_ROW,
            NEXT_ROW,
            line3="date 1985-01-01 stands in line 1 already, with other values",
        ),
    }
)

NO_NUMBERS = ["", "M", "T", "-", "1.5", "1e3", "+1", "--1", "1-", "0x1F", "1_0", "1,5", "1 1", "NaN", "NULL"]

VALUES = {
    f"value {text!r}": wx_line(
        f"19850103\t{text}\t2\t3".encode(), f"expected a whole number for tmax, got '{text}'"
    )
    for text in (*NO_NUMBERS, "9" * 19)
} | {
    "value in foreign digits": wx_line(
        "19850103\t١\t2\t3".encode(), "expected a whole number for tmax, got '\\xd9\\xa1'"
    ),
    "value above a smallint": wx_line(b"19850103\t1\t2\t32768", "prcp 32768 is outside -9998..32767"),
    "value far above": wx_line(b"19850103\t1\t2\t99999999", "prcp 99999999 is outside -9998..32767"),
    "value below what is missing": wx_line(b"19850103\t1\t-10000\t3", "tmin -10000 is outside -9998..32767"),
    "extreme values": wx(b"19850101\t32767\t-9998\t0\n", f"{ID} 19850101 32767 -9998 0"),
    "minus zero and leading zeros": wx(b"19850101\t-0\t-022\t007\n", f"{ID} 19850101 0 -22 7"),
    "minimum above maximum": wx(b"19850101\t1\t506\t0\n", f"{ID} 19850101 1 506 0"),
    "everything missing": wx(b"19850101\t-9999\t-9999\t-9999\n", f"{ID} 19850101 -9999 -9999 -9999"),
}

NAMES = {
    f"name {name!r}": Case(name, WX, refusal=WX_NAME)
    for name in (
        "notes.txt",
        f"{ID}.txt.bak",
        f"{ID}.csv",
        f"{ID.lower()}.txt",
        f"{ID}0.txt",
        f"{ID[:-1]}.txt",
        f"{ID} (1).txt",
        f"{ID}.txt~",
        "1SC00110072.txt",
        "ÜSC00110072.txt",
    )
} | {
    "name in capitals": Case(f"{ID}.TXT", WX, (WX_ROW,)),
    "name without an ending": Case(ID, WX, (WX_ROW,)),
    "format of another ending": Case(f"{ID}.dly", WX, refusal=WX_NAME),
    "name with lower case and _, as CoCoRaHS has": Case(
        "US1COLR0_a1.txt", WX, ("US1COLR0_a1 19850101 -22 -128 94",)
    ),
}

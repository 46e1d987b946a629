import gzip
import zlib

from tests.weather.bad_input.case import FORMATS, Case
from tests.weather.bad_input.wx import NEXT, NEXT_ROW, TXT, WX, WX_ROW

ZIPPED = gzip.compress(WX + NEXT)
BROKEN = "ends in the middle of its gzip data: copy or download it again"


def crc_error():
    return ZIPPED[:-8] + bytes(byte ^ 0xFF for byte in ZIPPED[-8:-4]) + ZIPPED[-4:]


def gz(content, *rows, refusal=""):
    return Case(f"{TXT}.gz", content, rows, refusal=refusal)


def damaged(what):
    return f"has damaged gzip data (Error -3 while decompressing data: {what}): copy or download it again"


GZIP = {
    "gzip": gz(ZIPPED, WX_ROW, NEXT_ROW),
    "gzip without its ending": Case(TXT, ZIPPED, (WX_ROW, NEXT_ROW)),
    "gzip's ending without gzip": gz(WX, WX_ROW),
    "gzip with a bad line": Case(
        f"{TXT}.gz", gzip.compress(WX + b"x\n"), (WX_ROW,), {2: "expected 4 columns separated by tabs, got 1"}
    ),
    "gzip of two members": gz(gzip.compress(WX) + gzip.compress(NEXT), WX_ROW, NEXT_ROW),
    "gzip of two members within a line": gz(gzip.compress(WX[:9]) + gzip.compress(WX[9:]), WX_ROW),
    "gzip filled up with zeros": gz(ZIPPED + bytes(512), WX_ROW, NEXT_ROW),
    "gzip cut short": gz(ZIPPED[:-9], refusal=BROKEN),
    "gzip cut short in its check sum": gz(ZIPPED[:-5], refusal=BROKEN),
    "gzip of which only the first bytes came": gz(ZIPPED[:5], refusal=BROKEN),
    "gzip with its second member cut short": gz(ZIPPED + ZIPPED[:15], refusal=BROKEN),
    "gzip with a wrong check sum": gz(crc_error, refusal=damaged("incorrect data check")),
    "gzip with a wrong length": gz(ZIPPED[:-1] + b"\1", refusal=damaged("incorrect length check")),
    "gzip by another method": gz(b"\x1f\x8b\x07" + ZIPPED[3:], refusal=damaged("unknown compression method")),
    "gzip with something behind it": gz(
        ZIPPED + b"more\n", refusal="has something else behind its gzip data: copy or download it again"
    ),
    "gzip of nothing": gz(gzip.compress(b""), refusal="the file is empty"),
    "gzip in gzip": gz(gzip.compress(ZIPPED), refusal=f"{FORMATS} gzip within gzip: unpack it once"),
    "zlib in place of gzip": gz(
        zlib.compress(WX + NEXT), refusal=f"{FORMATS} binary: it has bytes that no text has"
    ),
}

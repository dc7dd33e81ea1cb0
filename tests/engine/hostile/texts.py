"""Hostile delimited text: structure, line ends, quotes, odd bytes, encodings, column names."""

from pathlib import Path

from engine.sources import CarrierProfile, Limits
from matching.encodings import encode
from tests.engine.hostile.case import HEADER, Case, cells, good, number, numbers, row, sheet, written

BOM = b"\xef\xbb\xbf"
VIETNAMESE = "Số thuê bao;Loại giấy tờ;Số giấy tờ;Họ và tên;Ngày sinh"


def _quoted(i: int, quote: str = '"', delimiter: str = ",") -> str:
    return delimiter.join(f"{quote}{cell}{quote}" for cell in cells(i))


def _table(delimiter: str, header: str = HEADER) -> str:
    lines = [header.replace(",", delimiter), *(row(i, delimiter) for i in range(5))]
    return "\n".join(lines) + "\n"


def _big_field(path: Path) -> Path:
    path = path / "field.csv"
    with path.open("wb") as file:
        file.write(sheet(0, 1).encode())
        file.write(b'0900000009,CCCD,079099000009,"')
        for _ in range(100):
            file.write(b"x" * (1 << 20))
        file.write(b'",1990-01-01\n')
        file.write(good(2, 3).encode())
    return path


def _big_hole(path: Path) -> Path:
    path = path / "hole.csv"
    with path.open("wb") as file:
        file.write(sheet(0, 1).encode())
        file.seek(24 << 20, 1)
        file.write(b"\n" + good(2).encode())
    return path


def _wide(count: int, path: Path) -> Path:
    path = path / f"wide{count}.csv"
    path.write_text(HEADER + "," + ",".join(f"c{i}" for i in range(count)) + "\n" + row(0) + "," * count + "\n")
    return path


def _many_damaged(path: Path) -> Path:
    path = path / "many.csv"
    lines = [HEADER, _quoted(0)]
    for i in range(1, 3000):
        lines.append(row(i))
        lines.append(f'09999,CCCD,"079,Nguyễn {i},1990')
    path.write_text("\n".join(lines) + "\n")
    return path


def _lone_returns_then_lf(path: Path) -> Path:
    path = path / "returns.csv"
    path.write_text(sheet(0).replace("\n", "\r") + "x\r" * 20_000 + good(1))
    return path


STRUCTURE = [
    Case("too few fields", written("a.csv", sheet(0) + "0912,CCCD\n" + good(1)), numbers(0, 1), {"too-few-fields": 1}),
    Case(
        "too many fields", written("a.csv", sheet(0) + row(9) + ",x\n" + good(1)), numbers(0, 1), {"too-many-fields": 1}
    ),
    Case(
        "surplus empty fields",
        written("a.csv", sheet(0) + row(1) + ",,,\n" + good(2)),
        numbers(0, 1, 2),
        findings=("surplus-delimiters",),
    ),
    Case("trailing delimiter in every line", written("a.csv", sheet(0, 1).replace("\n", ",\n")), numbers(0, 1)),
    Case(
        "trailing delimiter in the data alone",
        written("a.csv", HEADER + "\n" + good(0, 1).replace("\n", ",\n")),
        numbers(0, 1),
    ),
    Case("trailing delimiter in the names alone", written("a.csv", HEADER + ",\n" + good(0, 1)), numbers(0, 1)),
    Case(
        "lines of delimiters", written("a.csv", sheet(0) + ",,,,\n" * 3 + good(1)), numbers(0, 1), {"empty-record": 3}
    ),
    Case(
        "blank lines", written("a.csv", "\n\n" + HEADER + "\n\n" + row(0) + "\n\n\n" + row(1) + "\n\n"), numbers(0, 1)
    ),
    Case("no newline at the end", written("a.csv", sheet(0, 1).rstrip("\n")), numbers(0, 1)),
    Case("names alone", written("a.csv", HEADER + "\n"), (), findings=("no-rows",)),
    Case("names alone, no newline", written("a.csv", HEADER), (), findings=("no-rows",)),
    Case("names repeated", written("a.csv", sheet(0) + sheet(1)), numbers(0, 1), {"repeated-header": 1}),
    Case(
        "preamble, title and total",
        written("a.csv", "BÁO CÁO THUÊ BAO\nTháng 5/2026,,,,\n\n" + sheet(0, 1) + "Tổng cộng: 2\n"),
        numbers(0, 1),
        {"footer-line": 1},
        findings=("preamble",),
    ),
    Case("total of full width", written("a.csv", sheet(0, 1) + "Tổng cộng,,,,2\n"), numbers(0, 1), {"footer-line": 1}),
    Case("comments", written("a.csv", sheet(0) + "# hết phần 1\n" + good(1)), numbers(0, 1), {"comment-line": 1}),
    Case(
        "second line of names and numbered columns",
        written("a.csv", VIETNAMESE.replace(";", ",") + "\n" + HEADER + "\n(1),(2),(3),(4),(5)\n" + good(0, 1)),
        numbers(0, 1),
        findings=("second-header",),
    ),
    Case("separator hint", written("a.csv", "sep=;\n" + _table(";")), numbers(*range(5))),
    Case(
        "delimiter mix",
        written("a.csv", sheet(0, 1) + row(8, ";") + "\n" + good(2)),
        numbers(0, 1, 2),
        {"too-few-fields": 1},
    ),
    Case(
        "a field over the limit",
        written("a.csv", sheet(0) + "09,CCCD," + "7" * 70_000 + ",A,1990\n" + good(1)),
        numbers(0, 1),
        {"field-too-long": 1},
    ),
    Case("a field of 100 MB", _big_field, numbers(0, 1, 2, 3), {"record-too-long": 1}, slow=True),
    Case(
        "a very long line at the end",
        written("a.csv", sheet(0, 1) + "x" * 3_000_000),
        numbers(0, 1),
        {"record-too-long": 1},
        slow=True,
    ),
    Case(
        "a million columns",
        lambda folder: _wide(1_000_000, folder),
        None,
        refused="source-too-wide",
        says=("line 1",),
        slow=True,
    ),
    Case(
        "five thousand columns",
        lambda folder: _wide(5_000, folder),
        None,
        refused="source-too-wide",
        says=("5005 columns",),
    ),
    Case("a thousand unknown columns", lambda folder: _wide(1_000, folder), numbers(0), findings=("unknown-columns",)),
    Case("tab", written("a.tsv", _table("\t")), numbers(*range(5))),
    Case("semicolon", written("a.csv", _table(";")), numbers(*range(5))),
    Case("bar", written("a.txt", _table("|")), numbers(*range(5))),
    Case("caret", written("a.txt", _table("^")), numbers(*range(5))),
    Case("per cent", written("a.txt", _table("%")), numbers(*range(5))),
    Case(
        "formulas for a spreadsheet",
        written("a.csv", sheet(0) + number(1) + ',CCCD,079099000001,=HYPERLINK("x"),@SUM\n'),
        numbers(0, 1),
    ),
    Case(
        "no names, columns from the profile",
        written("a.csv", good(0, 1)),
        numbers(0, 1),
        profile=CarrierProfile(
            header_row=0, column_order=("msisdn", "id_type", "id_number", "full_name", "birth_date")
        ),
    ),
    Case(
        "no names",
        written("a.csv", good(*range(20))),
        None,
        refused="source-columns-missing",
        says=("line 1", "header_row"),
    ),
]

LINE_ENDS = [
    Case("CRLF", written("a.csv", sheet(0, 1).replace("\n", "\r\n")), numbers(0, 1)),
    Case("lone CR", written("a.csv", sheet(0, 1, 2).replace("\n", "\r")), numbers(0, 1, 2)),
    Case("CR CR LF", written("a.csv", sheet(0, 1, 2).replace("\n", "\r\r\n")), numbers(0, 1, 2)),
    Case(
        "LF, CRLF and CR mixed",
        written("a.csv", sheet(0) + row(1) + "\r\n" + row(2) + "\r" + good(3)),
        numbers(0, 1, 2, 3),
        findings=("line-ends-mixed",),
    ),
    Case(
        "a lone CR inside a field",
        written("a.csv", sheet(0) + row(1).replace("Văn", "Văn\r") + "\n" + good(2)),
        numbers(0, 1, 2),
        findings=("stray-return",),
    ),
    Case("many lone CRs before one LF", _lone_returns_then_lf, numbers(0, 1), {"too-few-fields": 20_000}, slow=True),
    Case(
        "Unicode line separators are content",
        written("a.csv", sheet(0) + row(1).replace("Văn", "Văn\u2028\u0085\x0b\x0c") + "\n" + good(2)),
        numbers(0, 1, 2),
    ),
    Case("end of file mark of DOS", written("a.csv", sheet(0, 1) + "\x1a"), numbers(0, 1), {"too-few-fields": 1}),
]

QUOTES = [
    Case(
        "all quoted", written("a.csv", HEADER + "\n" + "".join(_quoted(i) + "\n" for i in range(4))), numbers(*range(4))
    ),
    Case(
        "single quotes",
        written("a.csv", HEADER + "\n" + "".join(_quoted(i, "'") + "\n" for i in range(4))),
        numbers(*range(4)),
    ),
    Case(
        "stray opening quote",
        written("a.csv", sheet(0) + f'{number(9)},CCCD,"079099000009,An,1990\n' + good(1, 2, 3)),
        numbers(0, 1, 2, 3),
        {"unclosed-quote": 1},
    ),
    Case(
        "stray opening quote at the very end",
        written("a.csv", sheet(0, 1) + '0912,"CCCD,0790'),
        numbers(0, 1),
        {"unclosed-quote": 1},
    ),
    Case(
        "two stray quotes that would fit together",
        written("a.csv", sheet(0) + '0912,CCCD,1,"A,1990\n' + good(1, 2) + '0913,CCCD,1,A",1990\n' + good(3)),
        (*numbers(0, 1, 2), "0913", *numbers(3)),
        {"unclosed-quote": 1},
    ),
    Case(
        "a quote in the middle of a field",
        written("a.csv", sheet(0) + row(1).replace("Văn", 'V"ăn') + "\n" + good(2)),
        numbers(0, 1, 2),
    ),
    Case(
        "quotes inside quotes",
        written("a.csv", sheet(0) + f'{number(1)},CCCD,079099000001,"Cty "ABC" HN",1990-01-01\n' + good(2)),
        numbers(0, 1, 2),
        findings=("stray-quote",),
    ),
    Case(
        "doubled quotes",
        written("a.csv", sheet(0) + f'{number(1)},CCCD,079099000001,"A ""B"" C",1990-01-01\n'),
        numbers(0, 1),
        values={"full_name": (cells(0)[3], 'A "B" C')},
    ),
    Case(
        "backslash quotes",
        written("a.csv", sheet(0) + f'{number(1)},CCCD,079099000001,"A \\"B\\" C",1990-01-01\n'),
        numbers(0, 1),
        values={"full_name": (cells(0)[3], 'A "B" C')},
    ),
    Case(
        "a legal field over three lines",
        written("a.csv", sheet(0) + f'{number(1)},CCCD,079099000001,"Nguyễn\nVăn\nAn",1990-01-01\n' + good(2)),
        numbers(0, 1, 2),
    ),
    Case(
        "a quoted field over too many lines",
        written("a.csv", sheet(0) + '0912,CCCD,1,"' + "x\n" * 100 + '",1990\n' + good(1)),
        numbers(0, 1),
        {"unclosed-quote": 2, "too-few-fields": 99},
    ),
    Case(
        "three thousand stray quotes",
        _many_damaged,
        tuple(number(i) for i in range(3000)),
        {"unclosed-quote": 2999},
        slow=True,
    ),
    Case(
        "blanks around quotes",
        written("a.csv", HEADER + "\n" + _quoted(0).replace('","', '" , "') + "\n" + _quoted(1) + "\n"),
        numbers(0, 1),
    ),
    Case(
        "quotes as plain signs",
        written(
            "a.tsv",
            "\n".join([HEADER.replace(",", "\t"), *(row(i, "\t").replace("\tNguyễn", '\t"Nguyễn') for i in range(4))]),
        ),
        numbers(*range(4)),
    ),
    Case(
        "quoted names over two lines",
        written("a.csv", '"Số\nthuê bao","Loại giấy tờ","Số\ngiấy tờ","Họ và\ntên","Ngày sinh"\n' + good(0, 1)),
        numbers(0, 1),
    ),
]

ODD_BYTES = [
    Case(
        "NUL in a field",
        written("a.csv", sheet(0) + row(9).replace("Văn", "V\0n") + "\n" + good(1)),
        numbers(0, 1),
        {"nul-byte": 1},
    ),
    Case(
        "zeros before a row",
        written("a.csv", sheet(0).encode() + bytes(5000) + good(9, 1).encode()),
        numbers(0, 1),
        {"nul-byte": 1},
    ),
    Case("a hole of zeros", _big_hole, numbers(0, 1, 2), {"record-too-long": 1}, slow=True),
    Case("zeros alone", written("a.csv", bytes(100_000)), None, refused="source-empty"),
    Case("BOM", written("a.csv", BOM + sheet(0, 1).encode()), numbers(0, 1)),
    Case(
        "BOM in the middle",
        written("a.csv", BOM + sheet(0).encode() + BOM + sheet(1).encode() + BOM + good(2).encode()),
        numbers(0, 1, 2),
        {"repeated-header": 1},
        findings=("bom",),
    ),
    Case(
        "BOM before a quoted name",
        written("a.csv", BOM + b'"msisdn",id_type,id_number,full_name,birth_date\n' + good(0).encode()),
        numbers(0),
    ),
    Case("BOM twice", written("a.csv", BOM + BOM + sheet(0, 1).encode()), numbers(0, 1)),
    Case(
        "right-to-left marks",
        written("a.csv", sheet(0) + row(1).replace("Văn", "\u202eVăn\u202c\u200f") + "\n"),
        numbers(0, 1),
    ),
    Case(
        "zero-width signs in the names",
        written("a.csv", "\u200bmsisdn,id_type\u00a0,\u2060id_number,full_name,birth_date\n" + good(0)),
        numbers(0),
    ),
    Case(
        "overlong UTF-8",
        written(
            "a.csv", sheet(0).encode() + row(1).encode().replace(b"CCCD", b"CC\xc0\xacCD") + b"\n" + good(2).encode()
        ),
        numbers(0, 1, 2),
        findings=("bad-bytes",),
    ),
    Case(
        "surrogates in UTF-8",
        written(
            "a.csv", sheet(0).encode() + row(1).encode().replace(b"CCCD", b"\xed\xa0\x80") + b"\n" + good(2).encode()
        ),
        numbers(0, 1, 2),
        findings=("bad-bytes",),
    ),
    Case(
        "a letter cut in two",
        written(
            "a.csv", sheet(0).encode() + row(1).encode().replace("ễ".encode(), b"\xe1\xbb") + b"\n" + good(2).encode()
        ),
        numbers(0, 1, 2),
        findings=("bad-bytes",),
    ),
    Case(
        "overlong NUL",
        written("a.csv", sheet(0).encode() + row(1).encode().replace(b"CCCD", b"\xc0\x80") + b"\n"),
        numbers(0, 1),
        findings=("bad-bytes",),
    ),
    Case("control signs", written("a.csv", sheet(0) + row(1).replace("Văn", "\x01V\x1bn\x7f") + "\n"), numbers(0, 1)),
    Case(
        "random bytes",
        written("a.csv", bytes((i * 197 + i * i * 31) % 256 for i in range(1, 50_000))),
        None,
        refused="source",
    ),
]

NUMBERS = [
    Case(
        "scientific notation",
        written("a.csv", sheet(0) + "9.12E+08,CCCD,7.9099E+10,An,36526\n"),
        (*numbers(0), "9.12E+08"),
        values={"id_number": (cells(0)[2], "7.9099E+10")},
    ),
    Case(
        "lost zeros",
        written("a.csv", sheet(0) + "912345678,CCCD,79099012345,An,1990\n"),
        (*numbers(0), "912345678"),
        values={"id_number": (cells(0)[2], "79099012345")},
    ),
    Case(
        "apostrophes of a spreadsheet",
        written("a.csv", HEADER + "\n" + "".join("'" + row(i) + "\n" for i in range(3))),
        tuple("'" + number(i) for i in range(3)),
    ),
    Case(
        "formula text",
        written("a.csv", HEADER + '\n="0912345678",CCCD,="079099012345",An,1990-01-01\n'),
        ('="0912345678"',),
    ),
]


def _in(encoding: str, header: str = VIETNAMESE, end: str = "\n", **options: object) -> Case:
    text = header + end + "".join(row(i, ";") + end for i in range(6))
    data = encode(text, encoding) if encoding in {"tcvn3", "vni", "viscii", "cp1258"} else text.encode(encoding)
    return Case(f"{encoding}, {end!r}", written("a.csv", data), numbers(*range(6)), **options)  # type: ignore[arg-type]


_MIXED = [*(row(i).encode() for i in range(6)), *(encode(row(i), "tcvn3") for i in range(6, 9))]

ENCODINGS = [
    *(
        _in(name)
        for name in (
            "utf-8",
            "utf-8-sig",
            "utf-16",
            "utf-16-le",
            "utf-16-be",
            "utf-32",
            "tcvn3",
            "vni",
            "viscii",
            "cp1258",
        )
    ),
    _in("utf-16", end="\r\n"),
    _in("utf-16-be", end="\r"),
    _in("vni", end="\r\n"),
    Case(
        "UTF-7",
        written("a.csv", (VIETNAMESE + "\n" + "".join(row(i, ";") + "\n" for i in range(6))).encode("utf-7")),
        None,
        refused="source-format-unknown",
        says=("UTF-7",),
    ),
    Case(
        "two encodings in one file",
        written("a.csv", HEADER.encode() + b"\n" + b"\n".join(_MIXED) + b"\n"),
        numbers(*range(9)),
        findings=("encoding-mixed",),
        values={"full_name": tuple(cells(i)[3] for i in range(9))},
    ),
    Case(
        "an encoding that nobody can tell",
        written(
            "a.csv", HEADER.encode() + b"\n0912345678,CCCD,079099012345,\x81\x8d\x8f\x90\x9d \xfe\xfe\xf0\xf0,1990\n"
        ),
        None,
        refused="source-encoding-unclear",
        says=("line 2", "encoding ="),
    ),
    Case(
        "an encoding that the profile names",
        written("a.csv", HEADER.encode() + b"\n0912345678,CCCD,079099012345,\xfe\xfe,1990\n"),
        ("0912345678",),
        profile=CarrierProfile(encoding="tcvn3"),
    ),
    Case(
        "odd number of bytes in UTF-16",
        written("a.csv", sheet(0, 1).encode("utf-16") + b"\x41"),
        numbers(0, 1),
        {"too-few-fields": 1},
        findings=("bad-bytes",),
    ),
    Case(
        "names in a .Vn font in a UTF-8 file",
        written(
            "a.csv",
            encode(VIETNAMESE, "tcvn3").decode("latin-1") + "\n" + "".join(row(i, ";") + "\n" for i in range(3)),
        ),
        numbers(0, 1, 2),
    ),
    Case(
        "names read as cp1252",
        written("a.csv", "SÄ\x90T,Loáº¡i giáº¥y tá»\x9d,CCCD,Há»\x8d vÃ\xa0 tÃªn,NgÃ\xa0y sinh\n" + good(0, 1)),
        numbers(0, 1),
    ),
    Case(
        "names with lost letters",
        written("a.csv", "S? thu? bao,Lo?i gi?y t?,S? gi?y t?,H? v? t?n,Ng?y sinh\n" + good(0, 1)),
        numbers(0, 1),
        findings=("lossy-headers",),
    ),
]

NAMES = [
    Case(
        "a column missing",
        written("a.csv", "msisdn,id_type,full_name,birth_date\n0912345678,CCCD,An,1990\n"),
        None,
        refused="source-columns-missing",
        says=("line 1", "id_number"),
    ),
    Case(
        "the expected type column absent",
        written("a.csv", "msisdn,id_number,full_name,birth_date\n0912345678,079099012345,An,1990\n"),
        ("0912345678",),
        findings=("absent-columns",),
    ),
    Case(
        "doubled names",
        written("a.csv", "msisdn,id_type,id_number,full_name,birth_date,Họ tên,Tên khách hàng\n" + row(0) + ",A,B\n"),
        numbers(0),
        findings=("set-aside-columns",),
    ),
    Case(
        "doubled mandatory names",
        written("a.csv", "msisdn,msisdn,id_number,full_name,birth_date\n1,2,3,4,5\n"),
        None,
        refused="source-columns-doubled",
        says=("line 1", "columns 1, 2"),
    ),
    Case("names unknown", written("a.csv", "a,b,c,d,e\n" + good(0)), None, refused="source-columns-missing"),
    Case(
        "names mapped by the profile",
        written("a.csv", "a,b,c,d,e\n" + good(0, 1)),
        numbers(0, 1),
        profile=CarrierProfile(
            header_row=1, columns={"a": "msisdn", "c": "id_number", "d": "full_name", "e": "birth_date"}
        ),
    ),
    Case(
        "Vietnamese names without accents, any order",
        written("a.csv", "NGAY SINH;HO TEN;SO CCCD;SDT;LOAI GT\n1990-01-01;An;079099012345;0912345678;CCCD\n"),
        ("0912345678",),
    ),
    Case(
        "names with notes",
        written(
            "a.csv",
            "1. Số thuê bao (*),2. Loại giấy tờ,3. Số giấy tờ [CCCD],4. Họ và tên,5. Ngày sinh (dd/mm/yyyy)\n"
            + good(0),
        ),
        numbers(0),
    ),
    Case(
        "the name in three columns",
        written("a.csv", "SĐT,CCCD,Họ,Tên đệm,Tên,Ngày sinh\n0912345678,079099012345,Nguyễn,Văn,An,1990\n"),
        ("0912345678",),
        findings=("name-joined",),
        values={"full_name": ("Nguyễn Văn An",)},
    ),
    Case(
        "limits of the profile",
        written("a.csv", sheet(0) + "0912,CCCD," + "1" * 60 + ",An,1990\n"),
        numbers(0),
        {"field-too-long": 1},
        profile=CarrierProfile(limits=Limits(field_bytes=50)),
    ),
]

TEXTS = [*STRUCTURE, *LINE_ENDS, *QUOTES, *ODD_BYTES, *NUMBERS, *ENCODINGS, *NAMES]

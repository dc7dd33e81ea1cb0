"""Words that mean something in a Vietnamese name field: surnames, markers, titles, and words no person is called.

Our own lists, from general knowledge; the surnames were checked against the heads of the province tables of hoten.org.
A name is never wrong because a word is missing here. Entries are canonical tokens (lower case, older tone placement).
"""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _phrases(text: str) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(line.split()) for line in text.strip().splitlines())


SURNAMES = _words("""
nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý đinh trương trịnh đoàn đào mai hà lương
cao tô lưu châu tạ phùng tăng quách lâm thái tống vương triệu la nông hứa lại kiều thân chu doãn đàm lục khổng
bạch từ nghiêm tôn viên mạc thạch quan âu ông văn đậu giang phí khuất ninh mã ma tiêu vi lò lường cầm quàng
sùng giàng vàng lầu thào mùa vừ hờ cụt moong xồng bế hoa trang đường chử cù lữ diệp cung kim danh sơn nay siu
ksor rơ rah kpă rơchâm rmah rcom niê mlô êban byă kbuôr ayun êñuôl hlong bkrông knul ktla
""")

#: Surnames written with two tokens. "tôn nữ" is the female form of the royal "tôn thất".
DOUBLE_SURNAMES = _phrases("""
tôn thất
tôn nữ
âu dương
rơ châm
rah lan
công tằng
""")

#: Middle tokens that mark the sex and are left out more often than any other.
MARKERS = _words("thị văn thi van")

#: Titles that stand before a family name; the second set are given names too and need more evidence.
TITLES = _words("ông bà cô chú bác chị mr mrs ms miss dr mme")
AMBIGUOUS_TITLES = _words("ong ba co bac chi anh em cậu dì thầy")

#: Words of organisations, anywhere in the field, and phrases that open it (folded).
COMPANY_WORDS = _words("cty tnhh dntn htx ubnd ltd jsc corp inc llc company shop store xnk thpt thcs")
COMPANY_OPENINGS = _phrases("""
doanh nghiep
cua hang
dai ly
chi nhanh
hop tac xa
tap doan
ngan hang
khach san
nha hang
nha thuoc
sieu thi
trung tam
uy ban
xi nghiep
""")

#: Whole names that stand for "nobody" (folded).
PLACEHOLDERS = _phrases("""
khach hang
khach le
khach
khach vang lai
test
test test
test sim
khong
khong ten
khong co
khong co ten
khong ro
khong xac dinh
chua
chua co
chua co ten
chua cap nhat
chua dang ky
chua xac dinh
chua ro
dang cap nhat
unknown
null
none
nan
na
n a
no name
noname
abc
xyz
asd
asdf
qwerty
ten
ten khach hang
ho ten
ho va ten
nguoi dung
nguoi su dung
user
admin
sim rac
sim
""")

#: Folded tokens, anywhere and in first place, without which no row is a company or a placeholder; titles are canonical.
#: The compiled encoder sends the rows that hold one to the plain path.
ATTENTION = COMPANY_WORDS | _words("ty cap ten")
ATTENTION_FIRST = frozenset(phrase[0] for phrase in COMPANY_OPENINGS | PLACEHOLDERS if ATTENTION.isdisjoint(phrase))
ANY_TITLE = TITLES | AMBIGUOUS_TITLES

"""One table: the code of an error -> exit code of the command line, HTTP status, title in Vietnamese and English.

Nobody else knows an exit code or a status. A test walks every error class of every package and demands a row here.

Exit codes: 0 done; 1 done, and something has to be mended (`batch check`, `check-id`, `check-name`, `index verify`);
2 the command line, a manifest, profile or model cannot be understood; 3 an input file cannot be read; 4 the identity
index cannot be used; 5 the run folder cannot be used; 6 an account does not balance, so nothing of it must be believed;
7 the machine lacks room or an extra package; 70 a defect of this program; 130 interrupted.
"""

from dataclasses import dataclass
from typing import Any, Final

DONE: Final = 0
MEND: Final = 1
USAGE: Final = 2
INPUT: Final = 3
INDEX: Final = 4
RUN: Final = 5
UNBALANCED: Final = 6
MACHINE: Final = 7
DEFECT: Final = 70
INTERRUPTED: Final = 130

EXIT_CODES: Final = {
    DONE: ("xong", "done"),
    MEND: ("xong, và có điều phải sửa", "done, and something has to be mended"),
    USAGE: ("không hiểu được dòng lệnh hoặc tệp cấu hình", "command line or settings file not understood"),
    INPUT: ("không đọc được tệp đầu vào", "an input file cannot be read"),
    INDEX: ("không dùng được chỉ mục danh tính", "the identity index cannot be used"),
    RUN: ("không dùng được thư mục lượt đối soát", "the run folder cannot be used"),
    UNBALANCED: ("số liệu không cân, không được tin kết quả", "an account does not balance; believe nothing of it"),
    MACHINE: ("máy thiếu chỗ hoặc thiếu gói mở rộng", "the machine lacks room or an extra package"),
    DEFECT: ("lỗi của chương trình", "a defect of this program"),
    INTERRUPTED: ("bị ngắt giữa chừng", "interrupted"),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """How one error code is told at the edges; `code` is that of the error class."""

    code: str
    exit_code: int
    http_status: int
    vi: str
    en: str


def _rows(*rows: tuple[str, int, int, str, str]) -> dict[str, Problem]:
    return {row[0]: Problem(*row) for row in rows}


PROBLEMS: Final = _rows(
    # files of carriers and registers
    ("source", INPUT, 422, "Không đọc được tệp", "The file cannot be read"),
    ("source-not-found", INPUT, 404, "Không có tệp này", "There is no such file"),
    ("source-not-a-file", INPUT, 422, "Đường dẫn không phải một tệp", "The path is not a file"),
    ("source-unreadable", INPUT, 422, "Hệ thống không cho đọc tệp", "The system does not let the file be read"),
    ("source-empty", INPUT, 422, "Tệp trống", "The file is empty"),
    ("source-changed", INPUT, 409, "Tệp bị thay đổi trong khi đọc", "The file changed while it was read"),
    ("source-unbalanced", UNBALANCED, 500, "Số bản ghi đọc được không cân", "The records read do not balance"),
    ("source-format-unknown", INPUT, 415, "Định dạng tệp không được hỗ trợ", "The format is not read"),
    ("source-encrypted", INPUT, 422, "Tệp bị khóa", "The file is locked"),
    ("source-damaged", INPUT, 422, "Tệp bị hỏng", "The file is damaged"),
    ("source-truncated", INPUT, 422, "Tệp bị cắt cụt", "The end of the file is missing"),
    ("source-too-deep", INPUT, 422, "Tệp nén nhiều lớp", "The file is compressed more than once"),
    ("source-too-large", INPUT, 413, "Tệp quá lớn", "The file is too large"),
    ("source-encoding-unclear", INPUT, 422, "Không rõ bảng mã", "The encoding is not clear"),
    ("source-too-wide", INPUT, 422, "Quá nhiều cột", "Too many columns"),
    ("source-columns-missing", INPUT, 422, "Thiếu cột bắt buộc", "Mandatory columns are missing"),
    ("source-columns-doubled", INPUT, 422, "Cột bị lặp", "A column stands twice"),
    ("source-column-type", INPUT, 422, "Kiểu cột không dùng được", "A column's type cannot be used"),
    ("spool-full", MACHINE, 507, "Hết chỗ trong thư mục tạm", "No room in the scratch folder"),
    ("profile-faulty", USAGE, 422, "Hồ sơ nhà mạng có lỗi", "The carrier profile has faults"),
    # identity index
    ("index", INDEX, 422, "Không dùng được chỉ mục danh tính", "The identity index cannot be used"),
    ("index-not-found", INDEX, 404, "Không có chỉ mục danh tính ở đây", "There is no identity index here"),
    ("index-damaged", INDEX, 500, "Chỉ mục danh tính bị hỏng", "The identity index is damaged"),
    ("index-exists", INDEX, 409, "Đã có chỉ mục danh tính ở đây", "There is an identity index here already"),
    # runs
    ("run-exists", RUN, 409, "Thư mục đã có dữ liệu", "The folder holds something already"),
    ("run-differs", RUN, 409, "Lượt đối soát đã bắt đầu với đầu vào khác", "The run was begun with other inputs"),
    ("run-not-found", RUN, 404, "Không có lượt đối soát hoàn tất ở đây", "There is no finished run here"),
    ("run-unbalanced", UNBALANCED, 500, "Số bản ghi của lượt đối soát không cân", "The run does not balance"),
    ("rules-unknown", USAGE, 422, "Không có bộ quy tắc này", "There is no such rule set"),
    ("executor-missing", MACHINE, 501, "Thiếu gói mở rộng để chạy phân tán", "An extra package is missing"),
    ("carrier-not-in-run", RUN, 404, "Lượt đối soát không có nhà mạng này", "The run has no such carrier"),
    # part files of a run
    ("thrift-damaged", RUN, 500, "Phần kết quả bị hỏng", "A part of the result is damaged"),
    ("parquet-join", RUN, 500, "Không ghép được các phần kết quả", "Parts of the result cannot be joined"),
    ("parquet-join-no-parts", RUN, 500, "Không có phần kết quả để ghép", "There are no parts to join"),
    ("parquet-join-not-parquet", RUN, 500, "Phần kết quả không phải Parquet", "A part is no whole Parquet file"),
    ("parquet-join-encrypted", RUN, 500, "Phần kết quả bị mã hóa", "A part is encrypted"),
    ("parquet-join-schema-differs", RUN, 500, "Các phần kết quả khác cấu trúc", "The parts differ in schema"),
    ("parquet-join-external-chunks", RUN, 500, "Phần kết quả trỏ sang tệp khác", "A part points to another file"),
    # explanation of one number
    ("explain", RUN, 422, "Không giải thích được", "It cannot be explained"),
    ("explain-not-in-run", RUN, 404, "Lượt đối soát không có số thuê bao này", "The run has no such number"),
    ("explain-no-work", RUN, 410, "Thư mục làm việc của lượt không còn", "The work folder of the run is gone"),
    ("explain-index-differs", INDEX, 409, "Chỉ mục không phải của lượt này", "The index is not that of the run"),
    # linkage of any tables
    ("link-table-unreadable", INPUT, 422, "Không đọc được bảng", "The table cannot be read"),
    ("link-model-invalid", USAGE, 422, "Tệp mô hình không dùng được", "The model file cannot be used"),
    ("link-account-unbalanced", UNBALANCED, 500, "Số liệu ghép nối không cân", "The linkage does not balance"),
    ("link-nothing-to-compare", INPUT, 422, "Không có cột nào để so", "There is no column to compare"),
    ("link-column-unknown", USAGE, 422, "Bảng không có cột này", "The table has no such column"),
    # generator
    ("synthetic-unknown", USAGE, 422, "Không có hồ sơ sinh dữ liệu này", "There is no such mix or carrier"),
    # matching and tables
    ("matching", DEFECT, 500, "Yêu cầu so khớp không có nghĩa", "A comparison without meaning was asked for"),
    ("matching-unknown-comparator", USAGE, 422, "Không có phép so này", "There is no such comparator"),
    ("matching-unknown-encoding", USAGE, 422, "Không có bảng mã này", "There is no such encoding"),
    ("matching-unknown-date-order", USAGE, 422, "Không có thứ tự ngày này", "There is no such order of dates"),
    ("data", DEFECT, 500, "Bảng tham chiếu không dùng được", "A reference table cannot be used"),
    ("data-table-unknown", DEFECT, 500, "Không có bảng tham chiếu này", "There is no such reference table"),
    ("data-contract-unknown", DEFECT, 500, "Không có hợp đồng dữ liệu này", "There is no such contract"),
    ("data-table-malformed", DEFECT, 500, "Bảng tham chiếu sai dạng", "A reference table is malformed"),
    ("engine", DEFECT, 500, "Bộ máy không tiếp tục được", "The engine cannot go on"),
    # registries
    ("registry", DEFECT, 500, "Sổ đăng ký không tiếp tục được", "The registries cannot go on"),
    # evidence log
    ("evidence", DEFECT, 500, "Nhật ký bằng chứng không dùng được", "The evidence log cannot be used"),
    ("evidence-not-canonical", INPUT, 422, "Giá trị không có dạng chuẩn", "A value has no canonical form"),
    ("evidence-entry-too-large", INPUT, 413, "Mục nhật ký quá lớn", "The entry is too large"),
    ("evidence-note-faulty", INPUT, 422, "Không phải văn bản có chữ ký", "It is no signed note"),
    ("evidence-signature-missing", INPUT, 422, "Không có chữ ký của khóa đã biết", "No known key has signed it"),
    ("evidence-key-faulty", USAGE, 422, "Khóa ký không dùng được", "The key cannot be used"),
    ("evidence-checkpoint-faulty", INPUT, 422, "Điểm kiểm không dùng được", "The checkpoint cannot be used"),
    ("evidence-log-exists", USAGE, 409, "Đã có nhật ký bằng chứng ở đây", "There is an evidence log here already"),
    ("evidence-log-not-found", INPUT, 404, "Không có nhật ký bằng chứng ở đây", "There is no evidence log here"),
    ("evidence-log-locked", MACHINE, 409, "Nhật ký đang được ghi", "The log is being written"),
    ("evidence-log-damaged", UNBALANCED, 500, "Nhật ký bằng chứng bị hỏng", "The evidence log is damaged"),
    ("evidence-log-ahead", UNBALANCED, 500, "Cơ sở dữ liệu cũ hơn nhật ký", "The store is older than the log"),
    ("evidence-outbox-damaged", UNBALANCED, 500, "Hàng chờ ghi nhật ký bị đổi", "A row of the outbox was altered"),
    ("evidence-proof-unavailable", INPUT, 404, "Chưa có bằng chứng cho vị trí này", "There is no proof for this yet"),
    ("evidence-proof-faulty", INPUT, 422, "Bằng chứng không đúng", "The proof does not hold"),
    # dated rules, fees and calendar
    ("overlay", INPUT, 422, "Bảng bổ sung không dùng được", "A table that was added cannot be used"),
    ("overlay-table-not-open", USAGE, 422, "Bảng này không nhận dòng bổ sung", "The table cannot be added to"),
    ("overlay-rows-faulty", INPUT, 422, "Dòng bổ sung có lỗi", "Rows to be added have faults"),
    ("calendar", INPUT, 422, "Không tính được ngày làm việc", "A working day cannot be told"),
    ("calendar-year-unknown", INPUT, 422, "Chưa nạp lịch nghỉ lễ của năm", "The holidays of the year are not loaded"),
    ("calendar-count-faulty", USAGE, 422, "Số ngày làm việc không có nghĩa", "The number of days has no meaning"),
    ("fee", INPUT, 422, "Không tính được phí", "The fee cannot be told"),
    ("tariff-not-loaded", INPUT, 422, "Chưa nạp biểu phí", "No tariff is loaded"),
    ("quote-provisional", MEND, 409, "Báo phí tạm tính, chưa xuất hóa đơn", "The quote is provisional: no invoice"),
    ("fee-holding-faulty", USAGE, 422, "Số lượng tính phí không có nghĩa", "The quantity has no meaning"),
    ("policy", INPUT, 422, "Không đúng chính sách cấp", "The request does not meet the policy"),
    ("policy-unknown", INPUT, 422, "Chưa nạp quy định cho ngày này", "No rule is loaded for the day"),
    ("policy-block-too-small", INPUT, 422, "Khối địa chỉ nhỏ hơn mức tối thiểu", "The block is too small"),
    ("policy-block-too-large", INPUT, 422, "Khối địa chỉ lớn hơn mức tối đa", "The block is too large"),
    (
        "policy-asn-without-space",
        INPUT,
        422,
        "Chưa có địa chỉ nên chưa được cấp ASN",
        "The holder has no address space",
    ),
    ("policy-asn-unjustified", INPUT, 422, "Thiếu giải trình nhu cầu ASN", "Reasons for the AS numbers are missing"),
    # addresses, delegated files, routing and reverse names
    ("address", INPUT, 422, "Không thực hiện được với địa chỉ", "It cannot be done with these addresses"),
    ("address-block-unreadable", INPUT, 422, "Không phải khối địa chỉ", "The text is no block of addresses"),
    ("address-column-missing", INPUT, 422, "Tệp không có cột địa chỉ", "The file has no such column of addresses"),
    ("address-file-unreadable", INPUT, 422, "Không đọc được tệp địa chỉ", "The file of addresses cannot be read"),
    ("address-room-none", INPUT, 409, "Không còn chỗ cho khối cỡ này", "No free place of this size is left"),
    ("delegated-file-faulty", INPUT, 422, "Tệp phân bổ sai khuôn dạng", "The delegated file breaks its format"),
    ("delegated-file-digest-differs", INPUT, 422, "Mã md5 của tệp phân bổ không khớp", "The md5 is of another file"),
    ("reverse-names-faulty", INPUT, 422, "Khai báo tên miền ngược có lỗi", "The reverse delegation has faults"),
    ("autnum-unreadable", INPUT, 422, "Không phải số hiệu mạng", "The text is no AS number or range"),
    # the ledger: a rule stands against a command
    ("ledger", DEFECT, 500, "Sổ cái không tiếp tục được", "The ledger cannot go on"),
    ("ledger-refused", USAGE, 409, "Lệnh bị từ chối", "The command is refused"),
    ("ledger-space-unknown", USAGE, 404, "Không có không gian số này", "There is no such space"),
    ("ledger-box-outside-space", USAGE, 422, "Khoảng nằm ngoài không gian số", "The box is no part of the space"),
    ("ledger-boxes-overlap", USAGE, 422, "Các khoảng trong lệnh chồng nhau", "Boxes of the command overlap"),
    ("ledger-boxes-empty", USAGE, 422, "Lệnh không nêu khoảng nào", "The command names no box"),
    ("ledger-grant-unknown", USAGE, 404, "Không có quyền sử dụng này", "There is no such grant"),
    ("ledger-grant-exists", USAGE, 409, "Đã có quyền sử dụng mang tên này", "The grant is there already"),
    ("ledger-grant-state", USAGE, 409, "Trạng thái không cho phép", "The state of the grant does not allow it"),
    ("ledger-grant-level", USAGE, 409, "Cấp không cho phép", "The level of the grant does not allow it"),
    ("ledger-class-foreign", USAGE, 409, "Lớp độc quyền không dùng được ở đây", "The class cannot be used here"),
    ("ledger-overlap", USAGE, 409, "Chồng lên phần đã cấp", "The space is taken"),
    ("ledger-outside-parent", USAGE, 409, "Nằm ngoài khối cấp trên", "It is not inside the parent"),
    ("ledger-parent-closed", USAGE, 409, "Khối cấp trên không cấp tiếp được", "The parent gives nothing out"),
    ("ledger-children-remain", USAGE, 409, "Còn khối cấp dưới", "Grants still stand on it"),
    ("ledger-no-room", USAGE, 409, "Không còn chỗ trống đủ lớn", "No free part is large enough"),
    ("ledger-not-held", USAGE, 409, "Không thuộc quyền sử dụng này", "The grant does not hold it"),
    ("ledger-term-backwards", USAGE, 422, "Thời hạn kết thúc trước khi bắt đầu", "The term runs backwards"),
    ("ledger-term-outside-parent", USAGE, 409, "Vượt thời hạn của cấp trên", "The term is not within the parent's"),
    ("ledger-effect-in-future", USAGE, 422, "Ngày hiệu lực ở tương lai", "It takes effect in the future"),
    ("ledger-effect-before-change", USAGE, 409, "Hiệu lực trước lần đổi trước", "It is before the last change"),
    ("ledger-second-officer-missing", USAGE, 403, "Cần cán bộ thứ hai phê duyệt", "A second officer has to approve"),
    ("ledger-reason-missing", USAGE, 422, "Chưa nêu lý do", "The reason is not stated"),
    ("ledger-nothing-changes", USAGE, 409, "Lệnh không làm thay đổi gì", "The command changes nothing"),
    ("ledger-attribute-fixed", USAGE, 409, "Thuộc tính gốc không được đổi", "The attribute is fixed"),
    ("ledger-grants-differ", USAGE, 409, "Các quyền sử dụng khác nhau", "The grants are not alike"),
    ("ledger-key-reused", USAGE, 422, "Khóa chống lặp đã dùng cho lệnh khác", "The idempotency key was used before"),
    ("ledger-envelope-incomplete", USAGE, 422, "Phong bì lệnh chưa đủ", "The envelope is not complete"),
    ("ledger-text-unwritable", USAGE, 422, "Văn bản không viết được bằng UTF-8", "A text has no UTF-8 form"),
    ("ledger-name-unfit", USAGE, 422, "Tên này không dùng được", "It cannot be a name"),
    ("ledger-entry-too-long", USAGE, 413, "Lệnh quá dài, hãy chia nhỏ", "The command is too long; send it in parts"),
    ("ledger-busy", MACHINE, 503, "Sổ cái đang bận, gửi lại", "The ledger is busy; send it again"),
    ("ledger-event-unknown", DEFECT, 500, "Không đọc được sự kiện đã lưu", "A stored event is not known"),
    # holders
    ("holder-unknown", USAGE, 404, "Không có chủ thể này", "There is no such holder"),
    ("holder-closed", USAGE, 409, "Chủ thể đã kết thúc hoặc đã nhập", "The holder has ended or been merged"),
    ("holder-exists", USAGE, 409, "Đã có chủ thể này", "The holder is there already"),
    ("holder-same", USAGE, 409, "Chủ thể nhận đang giữ quyền này", "The holder has it already"),
    ("holder-holds", USAGE, 409, "Chủ thể còn đang giữ quyền sử dụng", "The holder still has grants"),
    ("holder-identifier-taken", USAGE, 409, "Số định danh thuộc chủ thể khác", "The identifier names another holder"),
    ("holder-contact-unknown", USAGE, 404, "Chủ thể không có đầu mối này", "The holder has no such contact"),
    # the store of the ledger
    ("store", DEFECT, 500, "Cơ sở dữ liệu không dùng được", "The database cannot be used"),
    ("store-unreachable", MACHINE, 503, "Không mở được cơ sở dữ liệu", "The database cannot be opened"),
    ("store-empty", USAGE, 404, "Cơ sở dữ liệu chưa có sổ cái", "There is no ledger in the database"),
    ("store-outdated", USAGE, 409, "Lược đồ cơ sở dữ liệu khác phiên bản", "The schema is of another version"),
    ("store-unfit", MACHINE, 501, "Máy chủ cơ sở dữ liệu quá cũ", "The database server is too old"),
    # propagation and terrain
    ("spectrum", INPUT, 422, "Không thực hiện được với phổ tần", "It cannot be done with this spectrum"),
    ("propagation-out-of-range", INPUT, 422, "Giá trị ngoài phạm vi mô hình", "A value is outside of the model"),
    ("propagation-profile-unusable", INPUT, 422, "Mặt cắt tuyến không dùng được", "The path profile cannot be used"),
    ("propagation-model-unknown", USAGE, 404, "Không có mô hình này", "There is no such model"),
    (
        "propagation-file-unreadable",
        INPUT,
        422,
        "Không đọc được tệp truyền sóng",
        "The propagation file cannot be read",
    ),
    ("terrain-unreadable", INPUT, 422, "Không đọc được mảnh địa hình", "The terrain tile cannot be read"),
    ("terrain-missing", INPUT, 404, "Thiếu địa hình ở đây", "There is no terrain here"),
    # identifiers, coordinates, bands, antennas, licences and files of the frequency register
    ("spectrum-identifier", INPUT, 422, "Không phải mã nhận dạng vô tuyến", "It is no radio identifier"),
    ("bandwidth-unwritable", INPUT, 422, "Băng thông không viết được", "The bandwidth cannot be written"),
    ("bandwidth-unreadable", INPUT, 422, "Không đọc được băng thông", "The bandwidth cannot be read"),
    ("emission-unreadable", INPUT, 422, "Không đọc được ký hiệu phát xạ", "The emission designator cannot be read"),
    ("mmsi-unreadable", INPUT, 422, "Không phải số nhận dạng hàng hải", "It is no maritime identity"),
    ("call-sign-unreadable", INPUT, 422, "Không phải hô hiệu", "It is no call sign"),
    ("spectrum-coordinate", INPUT, 422, "Không dùng được tọa độ", "The coordinates cannot be used"),
    ("coordinate-angle-unreadable", INPUT, 422, "Không đọc được kinh độ, vĩ độ", "The angle cannot be read"),
    ("coordinate-datum-unknown", INPUT, 422, "Không rõ hệ tọa độ", "The datum is not known"),
    ("coordinate-meridian-unknown", USAGE, 404, "Thiếu kinh tuyến trục của tỉnh", "The meridian is not loaded"),
    ("coordinate-point-unusable", INPUT, 422, "Tọa độ nằm ngoài hệ", "The point lies outside of the frame"),
    ("spectrum-band", INPUT, 422, "Không dùng được băng tần", "The band cannot be used"),
    ("spectrum-band-faulty", INPUT, 422, "Băng tần sai", "The band is none"),
    ("spectrum-allocations-unreadable", INPUT, 422, "Không đọc được bảng phân bổ", "The allocations cannot be read"),
    ("spectrum-raster-unknown", USAGE, 404, "Không có phân kênh này", "There is no such channel arrangement"),
    ("spectrum-channel-unknown", USAGE, 404, "Không có kênh này", "There is no such channel"),
    ("spectrum-antenna", INPUT, 422, "Không dùng được ăng ten", "The antenna cannot be used"),
    ("antenna-pattern-unreadable", INPUT, 422, "Không đọc được giản đồ ăng ten", "The pattern cannot be read"),
    ("antenna-level-faulty", INPUT, 422, "Mức công suất hoặc khuếch đại sai", "A level of power or gain is none"),
    ("spectrum-competence-unknown", USAGE, 404, "Chưa rõ cơ quan có thẩm quyền", "The authority is not known"),
    ("spectrum-province-needed", USAGE, 422, "Cần mã tỉnh đúng của ngày đó", "The province's code is needed"),
    ("spectrum-licence-rule-unknown", USAGE, 404, "Chưa nạp quy định này", "The rule of licences is not loaded"),
    ("spectrum-term-faulty", USAGE, 422, "Thời hạn ngoài quy định", "The term is not one that the law gives"),
    ("spectrum-exchange", INPUT, 422, "Không trao đổi được ấn định", "Assignments cannot be exchanged"),
    ("station-file-unreadable", INPUT, 422, "Không đọc được danh sách đài", "The station list cannot be read"),
    ("notice-unreadable", INPUT, 422, "Không đọc được bản thông báo tần số", "The notice cannot be read"),
    ("notice-impossible", USAGE, 422, "Ấn định thiếu dữ liệu để thông báo", "The assignment lacks what a notice needs"),
    # the frequency register
    ("spectrum-place-outside", INPUT, 422, "Điểm nằm ngoài lưới quốc gia", "The point is outside of the national grid"),
    ("spectrum-area-unreadable", INPUT, 422, "Không đọc được khu vực", "The service area cannot be read"),
    ("spectrum-area-crossed", INPUT, 422, "Đường bao khu vực tự cắt", "The polygon crosses itself"),
    ("spectrum-area-empty", INPUT, 422, "Khu vực không chứa ô lưới nào", "The area holds no cell of the grid"),
    ("spectrum-area-too-detailed", INPUT, 422, "Khu vực vẽ quá chi tiết", "The polygon has too many corners"),
    ("spectrum-boundary-file-faulty", INPUT, 422, "Tệp địa giới có lỗi", "The boundary layer cannot be used"),
    ("spectrum-province-unknown", USAGE, 404, "Không có tỉnh này", "There is no such province"),
    ("spectrum-band-unreadable", USAGE, 422, "Không phải băng tần", "The text is no band of frequencies"),
    ("spectrum-band-not-open", INPUT, 409, "Băng tần chưa được mở", "The band is not open"),
    (
        "spectrum-band-held",
        INPUT,
        409,
        "Tần số đã cấp riêng cho người khác",
        "Another holder has the frequencies alone",
    ),
    ("spectrum-incumbents-remain", INPUT, 409, "Còn đài của người khác", "Stations of others are in the way"),
    ("spectrum-term-too-long", INPUT, 422, "Thời hạn giấy phép quá dài", "The term of the licence is too long"),
    ("spectrum-licence-faulty", INPUT, 422, "Giấy phép không thực hiện được", "The licence cannot be so"),
    ("spectrum-licence-unknown", USAGE, 404, "Không có giấy phép này", "There is no such licence"),
    ("spectrum-station-faulty", INPUT, 422, "Dữ liệu đài có lỗi", "The record of a station has a fault"),
    ("spectrum-cap-exceeded", INPUT, 409, "Vượt giới hạn băng thông", "The cap on bandwidth would be exceeded"),
    ("spectrum-auction-faulty", INPUT, 422, "Trái quy chế đấu giá", "It breaks the rules of the auction"),
    ("spectrum-case-unknown", USAGE, 404, "Không có vụ việc này", "There is no such case"),
    ("spectrum-case-faulty", INPUT, 422, "Vụ việc không thực hiện được", "It cannot be done with this case"),
    # the faces themselves
    ("api", USAGE, 422, "Yêu cầu không thực hiện được", "The request cannot be met"),
    ("carrier-unknown", USAGE, 422, "Chưa nêu mã nhà mạng", "No carrier is named"),
    ("batch-manifest-faulty", USAGE, 422, "Tệp kê các lô không dùng được", "The batch manifest cannot be used"),
    ("option-faulty", USAGE, 422, "Giá trị tùy chọn không có nghĩa", "The value of an option has no meaning"),
    ("demo-folder-taken", RUN, 409, "Thư mục đã có dữ liệu", "The folder holds something already"),
    ("question", USAGE, 400, "Câu hỏi không được trả lời", "The question gets no answer"),
    ("question-unreadable", USAGE, 400, "Không đọc được câu hỏi", "The question cannot be read"),
    ("question-unprocessable", USAGE, 422, "Câu hỏi quá rộng", "The question asks for more than is given"),
    ("question-unsupported", USAGE, 501, "Dịch vụ không trả lời loại câu hỏi này", "The question is not answered here"),
    ("not-registered", USAGE, 404, "Không có đăng ký ở đây", "Nothing is registered under it here"),
    ("method-refused", USAGE, 405, "Phương thức không được dùng ở đây", "The method is not allowed here"),
    ("address-too-long", USAGE, 414, "Địa chỉ yêu cầu quá dài", "The address of the request is too long"),
    ("rate-exceeded", USAGE, 429, "Hỏi quá nhanh", "Too many questions a second"),
    ("request-faulty", USAGE, 422, "Yêu cầu sai khuôn dạng", "The request does not have its form"),
    ("request-too-large", USAGE, 413, "Yêu cầu quá lớn", "The body of the request is too large"),
    ("writes-off", USAGE, 403, "Dịch vụ không nhận thay đổi", "Changes are not taken here"),
    ("token-wrong", USAGE, 401, "Thiếu hoặc sai mã truy cập", "The bearer token is missing or another one"),
    ("listen-refused", USAGE, 409, "Không mở được cổng phục vụ", "The service cannot listen there"),
    ("purpose-missing", USAGE, 403, "Chưa nêu mục đích xem dữ liệu cá nhân", "The purpose is not stated"),
)

UNEXPECTED: Final = Problem("defect", DEFECT, 500, "Lỗi của chương trình", "A defect of this program")


WHOIS_ERRORS: Final = {
    "not-registered": 101,
    "question-unsupported": 111,
    "question-unreadable": 108,
    "question-unprocessable": 110,
    "address-too-long": 107,
    "rate-exceeded": 201,
}
"""Codes of errors -> numbers of %ERROR lines, as users of number registries know them; any other is 100."""


def problem_of(error: BaseException) -> Problem:
    """Give the row of an error; what is no error of ours is a defect."""
    code: Any = getattr(error, "code", None)
    return PROBLEMS.get(code, UNEXPECTED) if isinstance(code, str) else UNEXPECTED

"""What can be wrong with a file as a whole, in both languages, with the way out."""

from __future__ import annotations

from chengnuo.rules.words import Text
from chengnuo.tables.shapes import NotATable

RESAVE = Text(
    "请用 Excel 或 WPS 打开，另存为“Excel 工作簿（*.xlsx）”，再提交一次",
    "open it in Excel or WPS, save it as “Excel workbook (*.xlsx)” and give it again",
)
EMPTY = Text("文件是空的，请另选文件", "the file is empty: choose another")
NO_ROWS = Text(
    "文件里没有内容：所有工作表都是空的", "the file holds nothing: all its sheets are empty"
)
ENCRYPTED = Text(
    "工作簿设有密码，无法读取：请打开后去掉密码另存，再提交一次",
    "the workbook has a password and cannot be read: open it, save it without one, give it again",
)
DAMAGED = Text(
    f"文件已损坏，无法读取：{RESAVE.zh}", f"the file is damaged and cannot be read: {RESAVE.en}"
)
STUB = Text(
    f"工作簿设有密码，或文件已损坏、不是表格文件：能打开的，{RESAVE.zh}（不设密码）",
    "the workbook has a password, or is damaged, or is no spreadsheet: if it can be opened, save "
    "it without a password as “Excel workbook (*.xlsx)” and give it again",
)
TOO_LARGE = Text(
    "读取需要的内存超过上限：多半是表格之外很远处有内容，或者文件过大。请删除表格下方和右侧的空行空列后另存，"
    "或拆成几个文件，或另存为 CSV",
    "reading it takes more memory than is allowed: most likely something stands far outside the "
    "table, or it is too large. Delete the empty rows and columns behind the table and save it "
    "again, split it, or save it as CSV",
)
TOO_LONG = Text(
    "读取用时超过上限：文件过大或构造异常。请拆成几个文件，或另存为 CSV",
    "reading it takes longer than is allowed: it is too large or oddly made. Split it, or save it "
    "as CSV",
)
BOMB = Text(
    "文件解压后大得不合常理，没有读取：请确认来源，或另存为 CSV",
    "the file unpacks to far more than a table can be and was not read: make sure where it comes "
    "from, or save it as CSV",
)
KINDS = Text("XLSX、XLS、ODS、CSV、制表符分隔的文本", "XLSX, XLS, ODS, CSV or text with tabs")
NO_TABLE = Text(
    f"文件已损坏，或不是表格文件（可用 {KINDS.zh}）",
    f"is damaged, or is no spreadsheet ({KINDS.en})",
)


def named(zh: str, en: str) -> NotATable:
    """A file that is something else: what it is, and the way out."""
    return NotATable(Text(f"文件其实是{zh}：{RESAVE.zh}", f"the file really is {en}: {RESAVE.en}"))


def no_spreadsheet(zh: str, en: str) -> NotATable:
    """A file that no spreadsheet program would open."""
    return NotATable(
        Text(
            f"文件其实是{zh}，不是表格文件（可用 {KINDS.zh}）",
            f"the file really is {en}, no spreadsheet ({KINDS.en})",
        )
    )

"""Files from strangers: one reader, one cleaning and one set of messages for every door that takes
a spreadsheet. Nothing here knows of Django, of cases or of the database.

    with opened(path, layout, wanted=[("工单编号", "工单号"), ("派单时间",)]) as table:
        for row in table.rows: ...

The file is read in a child process whose memory and time are bounded (`child`), so that no file
can end the server. Cells become values by `values`, spellings of moments by `moments`.
"""

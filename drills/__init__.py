"""The machine that runs drills and judges them.

A **scenario** names a **fixture** (the table and its data), a **workload** (who uses it and how hard), a **disaster**,
a **recovery** and **objectives**. A **drill** runs it on a **target** and keeps a **history** of every write and what
its writer was told. From the history a **ledger** says what each key may hold at any instant. After the recovery a
**snapshot** of the restored table is held against the ledger: the **diff**. **Validators** look at this **evidence**,
and each gives a **verdict**. A **report** puts them on one page, and the **run store** keeps everything.
"""

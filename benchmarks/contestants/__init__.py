"""Who runs: each module has `warm(scratch, job)`, which is not timed, and `run(job)`, which is.

A job names `register` (Parquet), `batches` (path and carrier each), `out` (a folder for the answer) and `threads`.
The answer is `out/verdicts.parquet`, synced: batch (the carrier's code), row, msisdn, roll_up, code, person_id,
probability.
"""

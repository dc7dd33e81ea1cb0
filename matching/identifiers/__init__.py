"""Identity and mobile numbers, one module each with the same four members: `parse`, `is_valid`, `canonical`, `display`.

`parse` reads what people and spreadsheets make of a number and gives a value or None, `is_valid` says whether a text
needs no repair, `canonical` gives the one text for a value, `display` the masked or grouped form for a reader.
`parse(str(value)) == value` for every value. Columns are read by `matching.kernels`, with equal results.
"""

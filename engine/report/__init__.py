"""The account of a run for people: a model of figures, one HTML file, one workbook."""

"""The one local model manager: which models exist, what memory there is, and who uses what. Knows no room."""

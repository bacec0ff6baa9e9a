"""Text sources of what runs inside spreadsheet programs, and their builder."""

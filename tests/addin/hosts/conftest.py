"""Modules here that LibreOffice's own Python runs are none of pytest's."""

collect_ignore = ["libreoffice_window.py"]

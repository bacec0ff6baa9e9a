"""Bringing sheets and ERP into agreement."""

"""Functions of the catalogue as native formulas, for sheets without the add-in."""

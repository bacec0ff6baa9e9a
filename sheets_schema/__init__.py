"""What a correct row of every sheet and export looks like."""

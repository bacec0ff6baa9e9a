"""Where sheets live; every backend passes the same contract suite."""

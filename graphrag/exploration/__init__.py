"""Looking at a graph and at results in a notebook: tables, pictures, statistics, progress."""

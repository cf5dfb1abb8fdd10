"""From passages and paths to an answer."""

"""When something was said, to milliseconds from a start; no date gets through."""

"""Evidence: one file with a question, its answer and everything the answer rests on, which proves itself elsewhere."""

"""Where documents, extractions and vectors are kept."""

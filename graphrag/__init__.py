"""Multi-hop question answering over knowledge graphs built from documents."""

"""Language models: messages in, text out."""

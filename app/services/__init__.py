"""What an operator can do, in an operator's verbs."""

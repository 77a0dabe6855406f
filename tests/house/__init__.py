"""The rules of the house that no other tool checks; CONTRIBUTING.md says why they are rules."""

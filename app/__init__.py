"""The box office without a screen: rules, services, persistence and gateways. No Qt anywhere below."""

__version__ = "2026.11"

"""The frame around the screens: window, navigation, crash dialog."""

"""The endpoints of the client's specification over HTTP: the same services as the window, one router a
subject. No rule lives here: requests become values, refusals become problems."""

"""One file per outside thing: files, printers, terminals, mail, secrets."""

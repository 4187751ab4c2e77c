"""The control API, on the same port as the services: the clock, faults, outages, what there is."""

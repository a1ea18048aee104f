"""Serve a tenant over HTTP as Administrate would, with faults that can be set and a log of what was asked."""

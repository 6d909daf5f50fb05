"""A reader of Coffer's format version 1, written from docs/formats alone.

It shares no code with the program, writes nothing into a profile, and needs no database library.
"""

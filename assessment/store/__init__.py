"""Where courses, scores and their history are kept.

database   opens SQLite or PostgreSQL and brings it up to date          models, migrations
accounts   who may log in
access     a person's desk: checks his role, opens a transaction, writes the history
courses scores rolls history                                            what a person does at his desk
backup     everything in one file
"""

"""The case file: lodge, hand over, fill a form, reply, dispute, close, reopen."""

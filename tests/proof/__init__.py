"""The proof that money and chances cannot go wrong: a machine over the whole life, a fault at every outside call."""

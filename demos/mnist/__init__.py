"""Draw a digit, watch the network read it, and train it in front of the class."""

"""A face that moves while somebody speaks: from a microphone or a file to an avatar, over the network."""

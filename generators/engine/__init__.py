"""Where jobs run: the contract the shell holds, and the engines that keep it."""

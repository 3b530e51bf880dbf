"""The Bot API emulator, seen through PTB's own client."""

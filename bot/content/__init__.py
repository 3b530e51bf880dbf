"""What the bot can say: a campaign's folder and the bot's own phrases, checked and rendered."""

"""Texts in which nothing is wrong: plain words about health that a careless rule would stop at."""

from __future__ import annotations

TIPS = {
    "nl": (
        "Slaap je slecht? Ga niet te laat naar bed. Dat schrijft het blad. Een garantie is er "
        "niet.\n\nLeg vanavond je telefoon in een andere kamer.",
        "Het blad noemt water drinken een goed begin. Niemand hoeft daar streng in te zijn.\n\n"
        "Zet vandaag een kan water op tafel. Drink er af en toe iets uit.",
        "Volgens het blad helpt buitenlicht in de ochtend. Je ogen raken er niet van "
        "beschadigd.\n\nNeem morgen je koffie mee naar buiten.",
        "Is je fiets kapot? Lopen is ook goed, schrijft het blad. 's Middags kan ook.\n\n"
        "Bedenk deze week één plek dicht bij huis. Vraag bijvoorbeeld een vriend om tips.",
        "Roken is moeilijk om te laten. Dat is niet jouw schuld, zegt het blad. Hulp mag "
        "altijd.\n\nTik op 'Ideeën' en kies er één. Lukt het niet? Probeer het dan morgen.",
        "Eet je vaak alleen? Samen eten is gezellig, volgens het blad. Zo'n maaltijd hoeft niet "
        "groot te zijn.\n\nNodig deze week één iemand uit 🙂",
        "Veel mensen zitten uren per dag. Het blad heeft daar een idee voor. Sta op als je "
        "belt.\n\nSta vandaag één keer op tijdens een gesprek.",
        "De huisarts kijkt graag met je mee. Het blad zegt dat ook. Die heeft niet altijd tijd.\n\n"
        "Schrijf deze week één vraag op.",
    ),
    "en": (
        "Do you sleep badly? Try not to go to bed too late, the magazine says. There is no "
        "guarantee.\n\nTonight, leave your phone in another room.",
        "The magazine calls drinking water a good start. Nobody needs to be strict about it.\n\n"
        "Put a jug of water on the table today. Fill it again when it is empty.",
        "Daylight in the morning helps, says the magazine. Your eyes won't be damaged by it.\n\n"
        "Tomorrow, have your coffee outdoors.",
        "Is your bike broken? Walking is fine too, the magazine says. So is the bus.\n\n"
        "Think of one place near your home. For example, ask a friend where they like to go.",
        "Giving up smoking is hard. It isn't your fault, the magazine says. You may ask for "
        "help.\n\nTap 'Ideas' and pick one. If it doesn't work out, try again tomorrow.",
        "Do you often eat alone? Eating together is fun, says the magazine. It needn't be a big "
        "meal.\n\nInvite one person this week 🙂",
        "Many people sit for hours each day. The magazine has an idea: stand up when you phone.\n\n"
        "Please stand up once today while you talk.",
        "A doctor is happy to look at it with you. The magazine says so too. They can't always "
        "see you at once.\n\nWrite down one question this week.",
    ),
}
"""Each goes in the place of a tip that must name the magazine."""

CARDS = {
    "nl": (
        "<b>Hoe gaat een afspraak?</b>\n\nJe belt de praktijk. De assistent vraagt wat er is. "
        "Soms krijg je meteen advies.\n• Neem iemand mee als je dat prettig vindt.\n"
        "• Schrijf van tevoren je vragen op.\n\nLees meer op "
        '<a href="https://example.org/">de site van het blad</a>.',
        "<b>Wat doet een diëtist?</b>\n\nDie kijkt met jou naar wat je eet. Samen maken jullie een "
        "plan. Er is geen dieet dat bij iedereen past. De KNGF-fysio's werken soms samen met hen.",
    ),
    "en": (
        "<b>What happens at an appointment?</b>\n\nYou call the practice. An assistant asks what "
        "is wrong. Sometimes you get advice at once.\n• Bring someone along if you like.\n"
        "• Write down your questions first.\n\nRead more on "
        '<a href="https://example.org/">the magazine\'s own pages</a>.',
        "<b>What does a dietitian do?</b>\n\nThey look at what you eat. Together you make a plan. "
        "No diet suits everyone, and there's no miracle food. Your colour and taste count too.",
    ),
}
"""Each goes in the place of a card."""

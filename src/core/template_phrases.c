/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* English phrases. They keep what core/check demands: no digits, prices, offers or urgency, nothing about silence, absence
 * or frequency; and they say nothing of a product but what the catalogue tells (that it is there, in stock, of a category).
 * Lengths: opening and middle 24 words or more, closing 20 or more, so that three make 60 to 160 with any facts. */
#include "core/template_phrases.h"

#include <stddef.h>

static const char *const SUBJECTS[] = {"A few ideas from {shop}",
                                       "Something from {category} for you",
                                       "A closer look at {category}",
                                       "A few words about {category}",
                                       "For people who like {category}",
                                       "A friendly note from {shop}",
                                       "{category}, in a few plain words",
                                       "What we like about {category}",
                                       "A small choice from our shelves",
                                       "A friendly note, with a few ideas",
                                       "Something good to look at",
                                       "A short note with our greetings",
                                       "From our shelves, with warm greetings",
                                       NULL};

static const char *const PREHEADERS[] = {"A short note about {category}, written in plain words.",
                                         "A few thoughts from {shop}, to read whenever it suits you.",
                                         "What we like about {category}, and why we like it.",
                                         "Warm greetings from {shop}, and a few good things to look at.",
                                         "Read it with a cup of tea: a few good things from our shelves.",
                                         "Some plain words from us about what stands on our shelves.",
                                         "A short and friendly note, for whenever you feel like reading.",
                                         NULL};

static const char *const PREHEADERS_PICKS[] = {"A small choice from our shelves, with a line on each piece.",
                                               "A small choice from {category}, and a line on why we like it.",
                                               "A few thoughts from {shop}, and something good to look at.",
                                               "What we like about {category}, with a small choice to look at.",
                                               "Read it with a cup of tea: a small choice from our shelves.",
                                               "A friendly note, and a small choice that speaks for itself.",
                                               NULL};

static const char *const OPENINGS[] = {
    "Here at {shop} we like to write about the things we know well. One of them is {category}. This is a short note "
    "with a few thoughts, to be read whenever it suits you.",
    "We put this note together with {category} in mind. It is a part of our shop that we enjoy showing to people "
    "who care for good things.",
    "In {season} we like to stop for a moment and look along our own shelves. We stopped at {category}, and we "
    "would like to share what we see there.",
    "Some parts of a shop are a pleasure to write about, and for us {category} is such a part. So here are a few "
    "lines about it, with our warm greetings.",
    "A good shop should be able to say in plain words what it likes about its own things. We would like to try "
    "that here, and we begin with {category}.",
    "This is a friendly note from {shop}. It is about {category}. It is short, and it asks nothing of you but a "
    "moment when you feel like reading.",
    "This is a friendly note from {shop}. It is short, it is written with care, and it asks nothing of you but a "
    "moment when you feel like reading.",
    "In {season} we like to look along our own shelves with fresh eyes. We thought it would be good to share what"
    " we see there, in a few plain words.",
    "We like to write to people in plain words about what stands on our shelves. This is such a note, and we hope"
    " that there is an idea in it that you like.",
    "A good shop should be able to say in plain words what it likes about its own things. We would like to try "
    "that here, in a few short lines.",
    NULL};

static const char *const MIDDLES[] = {
    "If you like {bought}, you know already what we care about. We want things to do what they should, and to look "
    "good doing it. Our shelves are filled in that spirit.",
    "When it comes to {category}, we would rather show a little and show it well. You are welcome to look around,"
    " to stop where you like, and to leave the rest.",
    "We believe that a shop should be easy to walk through and a pleasure to look at. That is the thought behind "
    "all that stands on our shelves, from {category} to the rest.",
    "We will not tell you what you need, because you know that best. What we can do is to keep our shelves in "
    "good order and to be glad when you look around.",
    "A walk along our shelves is the best way to see what we mean. You can take it at your own pace, stop where "
    "you like, and leave the rest for another day.",
    "We believe that a shop should be easy to walk through and a pleasure to look at. That is the thought behind "
    "all that stands on our shelves, small or large.",
    NULL};

static const char *const MIDDLES_PICKS[] = {
    "If you like {bought}, the choice below may be to your liking too. It comes from the same shop and the same "
    "people, and we added a line about each piece.",
    "What you see below belongs to {category}. We think it shows well what we mean when we speak of it. You will "
    "find a line from us with each piece.",
    "Below is a small choice from our shelves. With each piece we say in a line why we picked it, so that you can"
    " see at a glance whether it is for you.",
    "A few words about the choice below. All of it is in stock as we write this, and all of it is shown as it is,"
    " with a plain line from us on why it is here.",
    "It is a small choice on purpose, because a long list is no pleasure to read. Look at it below in your own "
    "time, and keep in mind what you like.",
    "When it comes to {category}, we would rather show a little and show it well. So the choice below is small, "
    "and each piece comes with a plain line from us.",
    NULL};

static const char *const CLOSINGS[] = {
    "If something catches your eye, have a look in your own time. And if you have a question, we are glad to help you "
    "with it.",
    "Thank you for reading this far. We hope that these few lines were worth a moment of your day, and we wish "
    "you a pleasant time.",
    "There is nothing you need to do. If you feel like looking around, the door of our shop is open, and you are "
    "very welcome.",
    "We hope that this note finds you well, and that there is something in it that makes you smile. You are "
    "welcome in our shop at any time.",
    "Look at whatever you like and leave the rest to us. It would be a pleasure to hear what you think, but that "
    "is entirely up to you.",
    "With that we leave you to the good things of the day. The shop is there whenever you would like to look "
    "around, and so are we.",
    NULL};

static const char *const REASONS[] = {"From {category}, and easy to like.",
                                      "A good place to begin with {category}.",
                                      "This is the kind of piece we mean when we speak of {category}.",
                                      "A simple choice from {category} that speaks for itself.",
                                      "If you care for {category}, this one is worth a look.",
                                      "A piece we like to show to people who care for {category}.",
                                      "It belongs to {category}, and it is in stock as we write this.",
                                      "A piece from our shelves that is easy to like.",
                                      "In stock as we write this, and worth a look.",
                                      "A simple choice that speaks for itself.",
                                      NULL};

static const char *const CTAS[] = {"Take a look", "Look around", "See our shelves", "Visit the shop", "Have a look",
                                   "See more",    NULL};

const struct template_phrases TEMPLATE_PHRASES_EN = {"en",    SUBJECTS,      PREHEADERS, PREHEADERS_PICKS, OPENINGS,
                                                     MIDDLES, MIDDLES_PICKS, CLOSINGS,   REASONS,          CTAS};

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The main job, told as stories. Compiled once, run on every store: `story_STORE_test [SUBJECT]`. */
#include "story.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    int (*run)(void);
} SUBJECTS[] = {{"notice", notice_stories},    {"mail", mail_stories},     {"rights", rights_stories},
                {"proof", proof_stories},      {"policy", policy_stories}, {"audit", audit_stories},
                {"noted", noted_stories},      {"offer", offer_stories},   {"bounce", bounce_stories},
                {"writing", writing_stories},  {"money", money_stories},   {"tools", tools_stories},
                {"delivery", delivery_stories}};

int main(int argc, char **argv)
{
    int failed = 0, ran = 0;
    for (size_t i = 0; i < sizeof SUBJECTS / sizeof SUBJECTS[0]; i++) {
        if (argc > 1 && strcmp(argv[1], SUBJECTS[i].name) != 0)
            continue;
        failed += SUBJECTS[i].run();
        ran++;
    }
    if (ran == 0)
        fprintf(stderr, "no stories of %s\n", argv[1]);
    return ran == 0 ? 1 : failed;
}

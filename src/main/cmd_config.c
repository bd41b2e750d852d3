/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* `rekindle config`: every variable as this process sees it. */
#include "main/command.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "main/config.h"
#include "main/options.h"

extern char **environ;

static const char *source_word(const struct config *config, int key)
{
    static const char *const WORDS[] = {"default", "environment", "command line"};
    return str_is_none(config->values[key].text) ? "not set" : WORDS[config->values[key].source];
}

/* A misspelt variable would be ignored in silence; here it is named. */
static void print_unknown(void)
{
    for (char **entry = environ; *entry; entry++) {
        struct str value = str_of(*entry), name = str_cut(&value, '=');
        bool known = !str_starts_with(name, STR("REKINDLE_"));
        for (int key = 0; key < CONFIG_KEYS && !known; key++)
            known = str_equal(name, str_of(CONFIG_VARIABLES[key].name));
        if (!known)
            fprintf(stderr, "rekindle: %.*s is set in the environment, but is no setting of this program\n",
                    STR_ARG(name));
    }
}

int cmd_config(int argc, char **argv)
{
    const struct usage usage = {.synopsis = "rekindle config",
                                .text =
                                    "Prints every setting: name, value (secrets masked), where it came from, meaning.\n"
                                    "Exit code 2 and the rule when a value is wrong."};
    int code = options_read(&usage, argc, argv, NULL);
    if (code != OPTIONS_CONTINUE)
        return code;
    struct arena arena = {0};
    struct config config;
    code = config_load(STR_NONE, &arena, &config);
    for (int key = 0; code == EXIT_DONE && key < CONFIG_KEYS; key++) {
        struct str shown = config_shown(&config, (enum config_key)key, &arena);
        printf("%s=%.*s\n    %s; %s\n", CONFIG_VARIABLES[key].name, STR_ARG(shown), source_word(&config, key),
               CONFIG_VARIABLES[key].meaning);
    }
    if (code == EXIT_DONE)
        print_unknown();
    arena_clear(&arena);
    return code;
}

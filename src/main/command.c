/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "main/command.h"

#include <stdio.h>
#include <string.h>

static void print_help(FILE *out, const char *owner, const char *about, const struct command *commands, size_t count)
{
    fprintf(out, "usage: %s COMMAND [options]\n\n%s\n\ncommands:\n", owner, about);
    for (size_t i = 0; i < count; i++)
        fprintf(out, "  %-10s %s\n", commands[i].name, commands[i].summary);
    fprintf(out, "\n`%s COMMAND --help` says more. Exit codes: 0 done, 1 failed, 2 wrong usage or configuration.\n",
            owner);
}

int command_dispatch(const char *owner, const char *about, const struct command *commands, size_t count, int argc,
                     char **argv)
{
    if (argc < 2) {
        print_help(stderr, owner, about, commands, count);
        return EXIT_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0) {
        print_help(stdout, owner, about, commands, count);
        return EXIT_DONE;
    }
    for (size_t i = 0; i < count; i++)
        if (strcmp(argv[1], commands[i].name) == 0)
            return commands[i].run(argc - 1, argv + 1);
    fprintf(stderr, "%s: there is no %s '%s'; `%s --help` lists them\n", owner,
            argv[1][0] == '-' ? "option" : "command", argv[1], owner);
    return EXIT_USAGE;
}

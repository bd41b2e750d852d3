/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <stdio.h>

#include "main/command.h"
#include "main/options.h"

int cmd_version(int argc, char **argv)
{
    const struct usage usage = {.synopsis = "rekindle version", .text = "Prints the version of the program."};
    int code = options_read(&usage, argc, argv, NULL);
    if (code != OPTIONS_CONTINUE)
        return code;
    printf("rekindle %s\n", REKINDLE_VERSION);
    return EXIT_DONE;
}

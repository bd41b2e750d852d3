/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "main/password.h"

#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/* One line without its end; RC_INVALID at the end of the input or when it is too long. */
static enum rc read_line(struct arena *arena, struct str *out)
{
    char *line = arena_new(arena, PASSWORD_MAX_BYTES + 2, 1);
    if (!fgets(line, PASSWORD_MAX_BYTES + 2, stdin))
        return RC_INVALID;
    *out = (struct str){line, strcspn(line, "\r\n")};
    return line[out->len] == '\0' && out->len > PASSWORD_MAX_BYTES ? RC_INVALID : RC_OK;
}

/* Asks on the terminal with the echo off. */
static enum rc ask(const char *prompt, struct arena *arena, struct str *out)
{
    struct termios shown, hidden;
    if (tcgetattr(STDIN_FILENO, &shown) != 0)
        return RC_INVALID;
    hidden = shown;
    hidden.c_lflag &= ~(tcflag_t)ECHO;
    fprintf(stderr, "%s", prompt);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
    enum rc rc = read_line(arena, out);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
    fprintf(stderr, "\n");
    return rc;
}

enum rc password_ask(bool from_stdin, struct arena *arena, struct str *out, struct str *why)
{
    struct str again;
    *out = STR_NONE;
    if (!from_stdin && !isatty(STDIN_FILENO)) {
        *why = STR("there is no terminal to ask for the password; use --password-stdin");
        return RC_INVALID;
    }
    enum rc rc = from_stdin ? read_line(arena, out) : ask("Password: ", arena, out);
    if (rc != RC_OK || out->len < PASSWORD_MIN_BYTES) {
        *why = STR("the password must have 12 to 1024 bytes");
        return RC_INVALID;
    }
    if (!from_stdin && (ask("Again: ", arena, &again) != RC_OK || !str_equal(*out, again))) {
        *why = STR("the two passwords differ");
        return RC_INVALID;
    }
    return RC_OK;
}

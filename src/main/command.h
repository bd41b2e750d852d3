/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The commands of the program: what main.c dispatches to. Exit codes are part of the contract (docs/rekindle.1). */
#ifndef REKINDLE_MAIN_COMMAND_H
#define REKINDLE_MAIN_COMMAND_H

#include <stddef.h>

enum exit_code {
    EXIT_DONE = 0,
    EXIT_FAILED = 1, /* tried, did not succeed; the reason is on stderr */
    EXIT_USAGE = 2,  /* wrong usage or configuration; nothing was tried */
    EXIT_AGAIN = 75  /* of `bounce`: nothing is done, say it again later (EX_TEMPFAIL of sysexits.h) */
};

struct command {
    const char *name;
    const char *summary;               /* one line for the list */
    int (*run)(int argc, char **argv); /* argv[0] is the command's own name; returns an exit_code */
};

int cmd_serve(int argc, char **argv);
int cmd_demo(int argc, char **argv);
int cmd_import(int argc, char **argv);
int cmd_backtest(int argc, char **argv);
int cmd_eval(int argc, char **argv);
int cmd_simulate(int argc, char **argv);
int cmd_staff(int argc, char **argv);
int cmd_key(int argc, char **argv);
int cmd_prompt(int argc, char **argv);
int cmd_jobs(int argc, char **argv);
int cmd_backup(int argc, char **argv);
int cmd_restore(int argc, char **argv);
int cmd_doctor(int argc, char **argv);
int cmd_bounce(int argc, char **argv);
int cmd_erase(int argc, char **argv);
int cmd_export(int argc, char **argv);
int cmd_verify(int argc, char **argv);
int cmd_config(int argc, char **argv);
int cmd_version(int argc, char **argv);

/* Runs the command of the table that argv[1] names; `owner` ("rekindle", "rekindle key") and `about` head its help. Without
 * a name or with an unknown one it says so and returns EXIT_USAGE. */
int command_dispatch(const char *owner, const char *about, const struct command *commands, size_t count, int argc,
                     char **argv);

#endif

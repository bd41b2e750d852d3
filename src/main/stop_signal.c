/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "main/stop_signal.h"

#include <pthread.h>
#include <signal.h>

static sigset_t stop_set(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    return set;
}

void stop_signal_block(void)
{
    sigset_t set = stop_set();
    signal(SIGPIPE, SIG_IGN);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
}

int stop_signal_wait(void)
{
    sigset_t set = stop_set();
    int number = 0;
    while (sigwait(&set, &number) != 0) {
    }
    return number;
}

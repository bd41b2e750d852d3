/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SIGTERM and SIGINT as something to wait for. No handler runs anywhere: the signals are blocked in all threads, and the
 * main thread waits for them. */
#ifndef REKINDLE_MAIN_STOP_SIGNAL_H
#define REKINDLE_MAIN_STOP_SIGNAL_H

/* Before any thread starts. A write to a closed connection becomes an error instead of a signal. */
void stop_signal_block(void);
int stop_signal_wait(void); /* the signal's number */

#endif

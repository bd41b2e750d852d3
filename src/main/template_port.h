/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The built-in template writer behind the writer port: pure, free and always there. Any thread. */
#ifndef REKINDLE_MAIN_TEMPLATE_PORT_H
#define REKINDLE_MAIN_TEMPLATE_PORT_H

#include "port/writer.h"

/* Static; close does nothing. */
struct writer *template_port(void);

#endif

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The built-in template writer behind the writer port: pure, free and always there. Any thread. */
#ifndef REKINDLE_ADAPTER_TEMPLATE_H
#define REKINDLE_ADAPTER_TEMPLATE_H

#include "port/writer.h"

/* Static; stop and close do nothing. */
struct writer *template_writer(void);

#endif

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What a detector would have done on a history, replayed without looking ahead, and how good that was. */
#ifndef REKINDLE_CORE_BACKTEST_H
#define REKINDLE_CORE_BACKTEST_H

#include "core/backtest_measure.h"

#endif

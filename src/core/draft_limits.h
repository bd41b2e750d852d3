/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* How long the parts of a draft may be: one place for the writers, the checks and the instructions to a model. In
 * characters (code points). */
#ifndef REKINDLE_CORE_DRAFT_LIMITS_H
#define REKINDLE_CORE_DRAFT_LIMITS_H

#define DRAFT_SUBJECT_MIN 15
#define DRAFT_SUBJECT_MAX 60
#define DRAFT_PREHEADER_MIN 30
#define DRAFT_PREHEADER_MAX 100
#define DRAFT_PARAGRAPH_COUNT_MIN 2
#define DRAFT_PARAGRAPH_COUNT_MAX 4
#define DRAFT_PARAGRAPH_MIN 40
#define DRAFT_PARAGRAPH_MAX 350
#define DRAFT_WORDS_MIN 60 /* all paragraphs together */
#define DRAFT_WORDS_MAX 160
#define DRAFT_REASON_MIN 10
#define DRAFT_REASON_MAX 160
#define DRAFT_CTA_MIN 2
#define DRAFT_CTA_MAX 25
#define DRAFT_SIGN_OFF_MIN 2 /* of one that no list of the brand's gives */
#define DRAFT_SIGN_OFF_MAX 60

#endif

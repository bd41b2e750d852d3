/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside of the template writer: its phrases. A phrase may hold {shop}, {season}, {category} and {bought}; one whose fact
 * is missing or too long is passed over, so every list ends in phrases that need none. Each list is NULL-terminated. */
#ifndef REKINDLE_CORE_TEMPLATE_PHRASES_H
#define REKINDLE_CORE_TEMPLATE_PHRASES_H

struct template_phrases {
    const char *language; /* "en" */
    const char *const *subjects, *const *preheaders, *const *preheaders_picks;
    const char *const *openings, *const *middles, *const *middles_picks, *const *closings;
    const char *const *reasons, *const *ctas;
};

extern const struct template_phrases TEMPLATE_PHRASES_EN;

#endif

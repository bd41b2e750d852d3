/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* All handlers by file. Each is called by the route table after the caller, the content type, If-Match and the
 * Idempotency-Key have been checked. */
#ifndef REKINDLE_API_HANDLERS_H
#define REKINDLE_API_HANDLERS_H

#include "api/context.h"
#include "base/json.h"

/* health.c */
handler health_alive, health_ready, health_metrics;
/* session.c */
handler session_show, session_log_in, session_log_out;
/* clients.c */
handler clients_create, clients_show, clients_put, clients_patch, clients_erase;
/* client_list.c */
handler clients_list;
/* client_parts.c */
handler client_orders, client_emails, client_draft;
/* timeline.c */
handler client_timeline;
/* client_prompt.c */
handler client_prompt;
/* client_export.c */
handler client_export;
/* client_score.c */
handler client_score;
/* orders.c */
handler orders_create, orders_show, orders_put, orders_cancel;
/* load.c */
handler batch_post;
/* backlog.c */
handler backlog_show, backlog_release_some;
/* products.c */
handler products_list, products_put;
/* emails.c */
handler emails_list, emails_show, emails_html, emails_text, emails_raw;
/* email_acts.c */
handler emails_approve, emails_undo, emails_reject, emails_edit, emails_regenerate, emails_retry, emails_resolve,
    emails_check;
/* email_writing.c */
handler emails_call_raw;
/* episodes.c */
handler episodes_list;
/* dashboard.c */
handler dashboard_show;
/* pipeline.c */
handler pipeline_show;
/* jobs.c */
handler jobs_list, jobs_redrive, jobs_dismiss;
/* policy.c */
handler policy_show, policy_put, policy_rotate;
/* The policy with its ETag, or what an act on it came to: RC_CONFLICT is 412, RC_DENIED another salt. */
void policy_answer(const struct request *request, struct response *response, enum rc rc, const struct policy *policy);
/* policy_preview.c */
handler policy_preview;
/* tuning.c */
handler tuning_show, tuning_run, tuning_take, tuning_refuse;
/* offer_codes.c */
handler offer_codes_show;
handler offer_codes_post;

/* audit.c */
handler audit_list;
handler audit_verify_show;
/* results.c */
handler results_show;
/* stream.c */
handler stream_open;
/* staff.c */
handler staff_list, staff_create, staff_patch;
/* keys.c */
handler keys_list, keys_create, keys_revoke;
/* suppressions.c */
handler suppressions_list, suppressions_create, suppressions_add_list;

/* tags.c */
handler tags_list;

/* contacts_made.c */
handler contacts_made_post;
/* feed.c */
handler feed_show;
/* relay.c */
handler relay_show, relay_resume_post, relay_lift_brake;
/* kill_switch.c */
handler kill_switch_show, kill_switch_put;
/* backup.c */
handler backup_post;
/* bounce.c */
handler bounce_post;
/* hooks_delivery.c */
handler hooks_delivery;
/* hooks_ses.c */
handler hooks_ses;
/* ses_subscription.c */
handler ses_subscription_show, ses_subscription_post;
/* clock.c */
handler clock_show, clock_move;
void clock_write(const struct request *request, struct api *api, struct json_out *out); /* {kind,now} */
/* preferences.c */
handler preferences_page, preferences_post;
/* why.c */
handler why_page;
/* click.c */
handler click_redirect;

#endif

/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "step/compose.h"

#include "core/render.h"
#include "step/links.h"

struct link_ctx {
    const struct step_env *env;
    const struct email *email;
    const struct draft *draft;
};

/* Links by target: a picked product's number, else the shop. */
static struct str link_for(void *ctx, struct str target, struct arena *arena)
{
    const struct link_ctx *link = ctx;
    for (size_t i = 0; i < link->draft->pick_count; i++)
        if (str_equal(link->draft->picks[i].product_id, target))
            return link_click(link->env, link->email->id, (uint8_t)(LINK_FIRST_PICK + i), arena);
    return link_click(link->env, link->email->id, LINK_SHOP, arena);
}

static struct str finish(struct buf *text, struct arena *arena)
{
    struct str result = arena_str(arena, buf_str(text));
    buf_clear(text);
    return result;
}

/* The picks with the catalogue's data as of now: what the guard compares with at send time. */
static struct str picks_json(const struct draft *draft, const struct brief *brief, struct arena *arena)
{
    struct buf text = {0};
    struct json_out out;
    json_out_init(&out, &text);
    json_begin_array(&out);
    for (size_t i = 0; i < draft->pick_count; i++) {
        const struct draft_pick *pick = &draft->picks[i];
        const struct product *product = brief_product(brief, pick->product_id);
        json_begin_object(&out);
        json_pair_str(&out, "product_id", pick->product_id);
        json_pair_str(&out, "name", product ? product->name : STR_NONE);
        json_pair_str(&out, "category", product ? product->category : STR_NONE);
        json_pair_str(&out, "url", product ? product->url : STR_NONE);
        json_pair_str(&out, "image_url", product ? product->image_url : STR_NONE);
        json_pair_i64(&out, "price_minor", product ? product->price_minor : 0);
        json_pair_str(&out, "currency", product ? product->currency : STR_NONE);
        json_pair_str(&out, "reason", pick->reason);
        draft_facts_to_json(pick->facts, pick->fact_count, &out);
        json_end_object(&out);
    }
    json_end_array(&out);
    return finish(&text, arena);
}

/* --- the gate --- */

/* What is compared of one email; false when it has no text (yet). */
static bool compared(const struct email *email, struct arena *scratch, struct check_recent *out)
{
    struct json *paragraphs = NULL;
    struct json_error error;
    struct problems *problems = arena_new(scratch, 1, sizeof *problems);
    struct draft *draft = arena_new(scratch, 1, sizeof *draft);
    if (str_is_empty(email->subject) || json_parse(email->paragraphs, &paragraphs, &error) != RC_OK)
        return false;
    enum rc rc = draft_paragraphs_from_json(paragraphs, scratch, draft, problems);
    json_free(paragraphs);
    if (rc != RC_OK)
        return false;
    out->fingerprint = check_fingerprint(draft, scratch);
    return true;
}

/* The last emails written, but for this one. Read and fingerprinted anew each time: some twenty milliseconds for 500, beside a
 * call of seconds, and nothing kept beside the texts that could disagree with them. */
static enum rc read_recent(const struct step_env *env, struct str email_id, struct arena *arena,
                           struct check_input *input)
{
    struct store_query query = STORE_QUERY(EMAIL_BY_CREATED);
    struct check_recent *recent = arena_new(arena, COMPOSE_RECENT_MAX, sizeof *recent);
    struct arena scratch = {0};
    enum rc rc = RC_OK;
    query.descending = true;
    for (size_t seen = 0; seen < COMPOSE_RECENT_MAX; seen += STORE_LIST_MAX) {
        struct store_page page;
        if ((rc = store_list(env->store, &query, &scratch, &page)) != RC_OK)
            break;
        const struct email *emails = page.items;
        for (size_t i = 0; i < page.count && input->recent_count < COMPOSE_RECENT_MAX; i++) {
            struct check_recent *next = &recent[input->recent_count];
            if (str_equal(emails[i].id, email_id) || !compared(&emails[i], &scratch, next))
                continue;
            next->subject = arena_str(arena, emails[i].subject);
            input->recent_count++;
        }
        query.cursor = arena_str(arena, page.cursor);
        arena_clear(&scratch);
        if (str_is_none(query.cursor))
            break;
    }
    arena_clear(&scratch);
    input->recent = recent;
    return rc;
}

static enum rc check(const struct step_env *env, const struct compose *compose, struct arena *arena,
                     struct email *email, struct check_findings *findings)
{
    struct check_input input = {.draft = compose->draft,
                                .brief = compose->brief,
                                .client = compose->client,
                                .policy = compose->policy,
                                .reply_problems = compose->reply_problems};
    /* The built-in writer's few phrases repeat by design: only what a model wrote is held beside what was written before. */
    bool by_model = !str_is_empty(email->call_id);
    enum rc rc = by_model ? read_recent(env, email->id, arena, &input) : RC_OK;
    if (rc != RC_OK)
        return rc;
    check_draft(&input, arena, findings);
    struct buf text = {0};
    struct json_out out;
    json_out_init(&out, &text);
    check_findings_to_json(findings, &out);
    email->checks = finish(&text, arena);
    return RC_OK;
}

struct str compose_codes(const struct check_findings *findings, bool hard_only, struct arena *arena)
{
    const char *last = NULL; /* a rule's findings stand together */
    struct buf text = {0};
    struct json_out out;
    json_out_init(&out, &text);
    json_begin_array(&out);
    for (size_t i = 0; i < findings->count; i++) {
        const struct check_finding *finding = &findings->items[i];
        if (finding->code == last || (hard_only && finding->level != CHECK_HARD))
            continue;
        last = finding->code;
        json_put_str(&out, str_of(last));
    }
    json_end_array(&out);
    struct str result = finish(&text, arena);
    return last == NULL ? STR_NONE : result;
}

/* --- the message --- */

static enum rc render(const struct step_env *env, const struct compose *compose, struct arena *arena,
                      struct email *email)
{
    const struct policy *brand = compose->policy;
    struct product picked[DRAFT_PICKS_MAX];
    size_t count = 0;
    for (size_t i = 0; i < compose->draft->pick_count; i++) {
        const struct product *product = brief_product(compose->brief, compose->draft->picks[i].product_id);
        if (product != NULL)
            picked[count++] = *product;
    }
    struct link_ctx ctx = {.env = env, .email = email, .draft = compose->draft};
    struct render_input input = {.draft = compose->draft,
                                 .products = picked,
                                 .product_count = count,
                                 .first_name = compose->client->first_name,
                                 .language = language_of(compose->brief->locale),
                                 .locale = compose->brief->locale,
                                 .time_zone = env->shop.time_zone,
                                 .shop_name = env->shop.name,
                                 .shop_url = env->shop.url,
                                 .postal_address = str_is_empty(brand->brand_postal_address)
                                                       ? env->shop.postal_address
                                                       : brand->brand_postal_address,
                                 .logo_url = brand->brand_logo_url,
                                 .color = brand->brand_color,
                                 .footer = brand->brand_footer,
                                 .unsubscribe_url = link_unsubscribe(env, email->id, arena),
                                 .why_url = link_why(env, email->id, arena),
                                 .link = link_for,
                                 .link_ctx = &ctx};
    struct rendered rendered;
    enum rc rc = offer_from_json(email->offer, arena, &input.offer);
    if (rc == RC_OK || rc == RC_NOT_FOUND)
        rc = render_email(&input, arena, &rendered);
    if (rc != RC_OK)
        return rc;
    email->language = str_of(input.language->code);
    email->subject = rendered.subject;
    email->text = rendered.text;
    email->html = rendered.html;
    return RC_OK;
}

enum rc compose_email(const struct step_env *env, const struct compose *compose, struct arena *arena,
                      struct email *email, struct check_findings *findings)
{
    const struct draft *draft = compose->draft;
    email->preheader = draft->preheader;
    email->cta_label = draft->cta_label;
    email->cta_target = draft->cta_target;
    email->sign_off = draft->sign_off;
    struct buf text = {0};
    struct json_out out;
    json_out_init(&out, &text);
    draft_paragraphs_to_json(draft, &out);
    email->paragraphs = finish(&text, arena);
    email->picks = picks_json(draft, compose->brief, arena);
    json_out_init(&out, &text);
    brief_facts_to_json(compose->brief, &out);
    email->facts = finish(&text, arena);
    email->recipient = compose->client->email;
    email->from_address = env->shop.mail_from;
    email->reply_to = env->shop.mail_reply_to;
    email->template_version = RENDER_TEMPLATE_VERSION;
    enum rc rc = check(env, compose, arena, email, findings);
    if (rc == RC_OK)
        rc = render(env, compose, arena, email);
    if (rc == RC_OK)
        email->content_hash = render_content_hash(email, arena);
    return rc;
}

/* The products behind the stored picks, enough to render and check them again. */
static void reload_products(const struct json *picks, struct arena *arena, struct brief *brief)
{
    for (size_t i = 0; i < json_size(picks) && brief->product_count < BRIEF_PRODUCTS_MAX; i++) {
        const struct json *pick = json_at(picks, i);
        struct product *product = &brief->products[brief->product_count++];
        record_init(RECORD_PRODUCT, product);
        product->id = arena_str(arena, json_get_str(pick, "product_id"));
        product->name = arena_str(arena, json_get_str(pick, "name"));
        product->category = arena_str(arena, json_get_str(pick, "category"));
        product->url = arena_str(arena, json_get_str(pick, "url"));
        product->image_url = arena_str(arena, json_get_str(pick, "image_url"));
        product->price_minor = json_get_i64(pick, "price_minor", 0);
        product->currency = arena_str(arena, json_get_str(pick, "currency"));
        product->in_stock = true;
    }
}

enum rc compose_reload(const struct email *email, struct arena *arena, struct brief *brief, struct draft *draft)
{
    struct json *picks = NULL, *paragraphs = NULL;
    struct json_error error;
    struct problems problems = {.count = 0};
    *draft = (struct draft){.subject = email->subject,
                            .preheader = email->preheader,
                            .cta_label = email->cta_label,
                            .cta_target = email->cta_target,
                            .sign_off = email->sign_off};
    enum rc rc = brief_facts_from_json(email->facts, arena, brief);
    if (rc == RC_OK)
        rc = json_parse(email->picks, &picks, &error);
    if (rc == RC_OK)
        rc = json_parse(email->paragraphs, &paragraphs, &error);
    if (rc == RC_OK)
        rc = draft_picks_from_json(picks, arena, draft);
    if (rc == RC_OK)
        rc = draft_paragraphs_from_json(paragraphs, arena, draft, &problems);
    if (rc == RC_OK)
        reload_products(picks, arena, brief);
    json_free(picks);
    json_free(paragraphs);
    return rc == RC_OK ? RC_OK : RC_CORRUPT;
}

// SPDX-License-Identifier: AGPL-3.0-or-later
// The service's errors, each with the status, headers and metadata by which a caller tells them apart. The prose is only
// for people, and differs from what it means often enough that nobody should read it.

const error = (status, message, { metadata, availability, headers = {} } = {}) => ({ status, headers,
  body: { error: { code: status, message, ...(metadata ? { metadata } : {}), ...(availability ? { availability } : {}) } } });
const after = (seconds) => (seconds === undefined ? {} : { 'retry-after': String(seconds) });
const FALLBACKS = ['other/model-small', 'other/model-large'];

// name -> what comes. `retryAfter` in seconds where the real one may say it.
export const ERRORS = {
  invalid_request: () => error(400, 'Invalid request', { metadata: { error_type: 'invalid_request' } }),
  context_length: () => error(400, 'This endpoint\'s maximum context length is 8192 tokens.', { metadata: { error_type: 'context_length_exceeded' } }),
  content_policy: () => error(400, 'Provider returned error', { metadata: { error_type: 'content_policy_violation', provider_name: 'Fernhost' } }),
  refusal: () => error(400, 'Provider returned error', { metadata: { error_type: 'refusal' } }),
  max_tokens: () => error(400, 'Provider returned error', { metadata: { error_type: 'max_tokens_exceeded' } }),
  bad_key: () => error(401, 'User not found.', { metadata: { error_type: 'authentication' } }),
  no_credits: () => error(402, 'Insufficient credits. Add more at https://openrouter.ai/settings/credits', { metadata: { limit_source: 'openrouter_credits' } }),
  key_limit: () => error(402, 'Key limit exceeded (daily limit).', { metadata: { limit_source: 'openrouter_key_limit' } }),
  weight: () => error(402, 'This request requires more credits, or fewer max_tokens.', { metadata: { limit_source: 'openrouter_credits', reason: 'weight_exceeds_budget' } }),
  in_flight: ({ retryAfter = 1 } = {}) => error(402, 'This request would exceed your available credits given your current in-flight requests.',
    { metadata: { limit_source: 'openrouter_in_flight_budget', reason: 'in_flight_budget_exhausted' }, headers: after(retryAfter) }),
  in_flight_unsaid: () => error(402, 'This request would exceed your available credits given your current in-flight requests.',
    { metadata: { limit_source: 'openrouter_in_flight_budget', reason: 'in_flight_budget_exhausted' } }),
  moderation: ({ flagged = 'flagged words of the prompt' } = {}) => error(403, 'Input was flagged',
    { metadata: { reasons: ['harassment'], flagged_input: flagged, provider_name: 'Fernhost', model_slug: 'fern/writer-1' } }),
  guardrail: () => error(403, 'Blocked by a guardrail', { metadata: { patterns: ['secret'] } }),
  region: () => error(403, 'Access denied in your region', { metadata: { error_type: 'permission' } }),
  no_endpoints: () => error(404, 'No endpoints found for this model.', { availability: { code: 'no_endpoints', retryable: false, fallback_models: FALLBACKS } }),
  privacy: () => error(404, 'No endpoints found matching your data policy.', { availability: { code: 'privacy_restricted', retryable: false, fallback_models: FALLBACKS } }),
  constraint: () => error(404, 'No endpoints found that support the parameters.', { availability: { code: 'constraint_filtered', retryable: false } }),
  deprecated: () => error(404, 'This model was retired.', { availability: { code: 'model_deprecated', retryable: false, fallback_models: FALLBACKS } }),
  timeout: () => error(408, 'Request timed out', { metadata: { error_type: 'timeout' } }),
  rate: ({ retryAfter = 1, limit = 60 } = {}) => error(429, 'Rate limit exceeded', { metadata: { error_type: 'rate_limit_exceeded' },
    headers: { ...after(retryAfter), 'x-ratelimit-limit': String(limit), 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(Date.now() + retryAfter * 1000) } }),
  rate_unsaid: () => error(429, 'Rate limit exceeded', { metadata: { error_type: 'rate_limit_exceeded' } }),
  upstream_rate: ({ retryAfter = 1 } = {}) => error(429, 'Provider returned error', { headers: after(retryAfter),
    metadata: { raw: 'fern/writer-1 is temporarily rate-limited upstream.', provider_name: 'Fernhost', provider_code: 'rate_limited', error_type: 'rate_limit_exceeded' } }),
  server: () => error(500, 'Internal Server Error', { metadata: { error_type: 'server' } }),
  bad_gateway: () => error(502, 'Provider returned error', { metadata: { error_type: 'provider_unavailable', provider_name: 'Fernhost' } }),
  overloaded: ({ retryAfter } = {}) => error(503, 'Provider overloaded', { metadata: { error_type: 'provider_overloaded' }, headers: after(retryAfter) }),
  unavailable: ({ retryAfter = 1 } = {}) => error(503, 'Temporarily unavailable', { headers: after(retryAfter),
    availability: { code: 'temporarily_unavailable', retryable: true, retry_after: retryAfter } }),
  gateway_timeout: () => error(504, 'Gateway timeout', { metadata: { error_type: 'timeout' } }),
  edge_timeout: () => ({ status: 524, headers: { 'content-type': 'text/html' }, body: '<html><title>524: A timeout occurred</title></html>' }),
  site_overloaded: () => error(529, 'Overloaded', { metadata: { error_type: 'provider_overloaded' } }),
  unheard_of: () => error(418, 'Something new', { metadata: { error_type: 'something_new' }, availability: { code: 'something_new', retryable: true } }),
};

// The same as bodies of HTTP 200 and as the last event of a stream, with numbers or words for a code.
export const soft = (code, errorType, message = 'Provider returned error') => ({ error: { code, message, metadata: { error_type: errorType } } });

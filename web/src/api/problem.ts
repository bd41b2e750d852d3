// SPDX-License-Identifier: AGPL-3.0-or-later
// What a failed call is, in one type: the server's problem+json, a lost connection, or an answer that breaks the
// contract. Callers decide what to show; nothing here toasts or redirects.
import type { Problem as ProblemBody, ProblemError } from './gen';
import { zProblem } from './gen/zod.gen';

export class Problem extends Error {
  /** HTTP status, 0 when no answer came, -1 when the answer is not what the contract says. */
  readonly status: number;
  readonly title: string;
  readonly errors: ProblemError[];

  constructor(status: number, title: string, detail: string, errors: ProblemError[] = []) {
    super(detail);
    this.name = 'Problem';
    this.status = status;
    this.title = title;
    this.errors = errors;
  }
}

/** Turns whatever a call failed with into a Problem. `response` is missing when no answer came. */
export function toProblem(error: unknown, response: Response | undefined): Problem {
  if (error instanceof Problem) return error;
  if (response === undefined) {
    return new Problem(0, 'No connection', 'The server did not answer. Check the connection and try again.');
  }
  const parsed = zProblem.safeParse(error);
  if (parsed.success) {
    const body: ProblemBody = parsed.data;
    return new Problem(body.status, body.title, body.detail, body.errors);
  }
  return new Problem(response.status, 'The server failed', `It answered ${String(response.status)} without a reason.`);
}

/** The first detail of each field, by field name, for a form: `/consent/at` becomes `consent.at`. */
export function fieldErrors(problem: Problem): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const e of problem.errors) {
    const name = e.pointer.replace(/^\//, '').replaceAll('/', '.');
    fields[name] ??= e.detail;
  }
  return fields;
}

/** One sentence for a notice: the detail, and the first broken rule when it says more. */
export function sentence(error: unknown): string {
  if (!(error instanceof Problem)) return 'Something unexpected happened. Try again.';
  const first = error.errors[0];
  return first !== undefined && error.status === 422 ? `${error.message} ${first.pointer} ${first.detail}.` : error.message;
}

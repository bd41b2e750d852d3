// SPDX-License-Identifier: AGPL-3.0-or-later
// Whether it helped, for one window of days.
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { body } from '../../api/client';
import { getResults } from '../../api/gen';

export const resultsKey = ['results'] as const;

/** Days after the due moment in which an order counts as a return. */
export const windows = [30, 60, 90] as const;
export type Window = (typeof windows)[number];

export const resultsQuery = (window: Window) =>
  queryOptions({
    queryKey: [...resultsKey, window],
    queryFn: ({ signal }) => body(getResults({ signal, query: { window }, throwOnError: true })),
    // counted over all admissions: not for every glance anew
    staleTime: 60_000,
    placeholderData: keepPreviousData,
  });

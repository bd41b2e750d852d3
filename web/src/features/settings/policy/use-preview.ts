// SPDX-License-Identifier: AGPL-3.0-or-later
// The effect of a policy while it is being changed: from a sample as soon as the hand rests, counted when it rests
// longer. Each question is a query of its own, so an answer that comes late belongs to its question and is never shown for
// another; a question that nobody asks any more is aborted.
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { PolicyPreview, PolicyPreviewAnswer } from '../../../api/gen';
import { previewQuery } from '../api';

export const SAMPLE_PAUSE_MS = 250;
export const EXACT_PAUSE_MS = 1500;

export interface Preview {
  answer: PolicyPreviewAnswer | undefined;
  /** The answer is for an earlier question, or none has come yet. */
  behind: boolean;
  /** All clients are being counted now. */
  counting: boolean;
  error: Error | null;
  /** Why they could not be counted; the sample's answer stands. */
  uncounted: Error | null;
  retry: () => void;
}

/** @param asked what to look at; null while it cannot be asked */
export function usePreview(asked: PolicyPreview | null): Preview {
  const text = asked === null ? null : JSON.stringify(asked);
  const [soon] = useDebouncedValue(text, SAMPLE_PAUSE_MS);
  const [later] = useDebouncedValue(text, EXACT_PAUSE_MS);
  const question = useMemo(() => (soon === null ? null : (JSON.parse(soon) as PolicyPreview)), [soon]);
  const sample = useQuery({ ...previewQuery({ ...question, exact: false }), enabled: question !== null });
  const estimated = sample.isSuccess && !sample.isPlaceholderData && sample.data.basis === 'sample';
  const exact = useQuery({ ...previewQuery({ ...question, exact: true }), placeholderData: undefined, enabled: question !== null && later === soon && estimated });
  return {
    answer: exact.data ?? sample.data,
    behind: text !== soon || sample.isPlaceholderData || sample.isPending,
    counting: exact.isFetching,
    error: sample.error,
    uncounted: exact.error,
    retry: () => void (sample.isError ? sample.refetch() : exact.refetch()),
  };
}

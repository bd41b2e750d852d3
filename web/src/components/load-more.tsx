// SPDX-License-Identifier: AGPL-3.0-or-later
// The end of a paged list: reads the next page when it comes into view, and is a button for everyone else.
import { Button } from '@mantine/core';
import { useIntersection } from '@mantine/hooks';
import { useEffect } from 'react';

interface Paged {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => Promise<unknown>;
}

export function LoadMore({ query }: { query: Paged }) {
  const { ref, entry } = useIntersection<HTMLDivElement>({ rootMargin: '300px' });
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const visible = entry?.isIntersecting === true;
  useEffect(() => {
    if (visible && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [visible, hasNextPage, isFetchingNextPage, fetchNextPage]);
  if (!hasNextPage) return null;
  return (
    <div ref={ref}>
      <Button variant="subtle" color="gray" fullWidth size="xs" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
        Load more
      </Button>
    </div>
  );
}

// SPDX-License-Identifier: AGPL-3.0-or-later
// Grey rows in the shape of the list that is on its way.
import { Skeleton, Stack } from '@mantine/core';

export function RowsSkeleton({ rows = 6, height = 44 }: { rows?: number; height?: number }) {
  return (
    <Stack gap={8} p={16} aria-busy="true" aria-label="Loading" role="status">
      {Array.from({ length: rows }, (_, i) => (
        <Skeleton key={i} h={height} radius={8} />
      ))}
    </Stack>
  );
}

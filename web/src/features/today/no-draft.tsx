// SPDX-License-Identifier: AGPL-3.0-or-later
// The place of the mail when there is none: still loading, all done, or the linked draft has left the queue.
import { Button, Skeleton, Stack } from '@mantine/core';
import { paths } from '../../app/paths';
import { EmptyState } from '../../components/empty-state';
import { LinkButton } from '../../components/link-button';

export function NoDraft({ loading, selected, onBack }: { loading: boolean; selected: string | undefined; onBack: () => void }) {
  if (loading) {
    return (
      <Stack p={20} gap={14} role="status" aria-label="Loading" aria-busy="true">
        <Skeleton h={26} w="60%" />
        <Skeleton h={16} w="40%" />
        <Skeleton h={380} radius={10} mt={16} />
      </Stack>
    );
  }
  if (selected !== undefined) {
    return (
      <EmptyState title="This draft is no longer in the queue.">
        <span>Somebody decided, or a rule did.</span>
        <LinkButton to={paths.email} params={{ id: selected }} variant="default" size="xs">
          See what became of it
        </LinkButton>
        <Button variant="subtle" color="gray" size="xs" onClick={onBack}>
          Back to the queue
        </Button>
      </EmptyState>
    );
  }
  return (
    <EmptyState title="All done for now.">
      <span>New drafts appear here the moment a client drifts away. Nothing to refresh.</span>
    </EmptyState>
  );
}

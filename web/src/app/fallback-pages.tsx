// SPDX-License-Identifier: AGPL-3.0-or-later
// What a page shows when it cannot be shown: a fault with a way on, or an address that does not exist.
import { useRouter } from '@tanstack/react-router';
import { EmptyState } from '../components/empty-state';
import { ErrorState } from '../components/error-state';
import { LinkButton } from '../components/link-button';
import { paths } from './paths';

export function FatalPage({ error, reset }: { error: unknown; reset: () => void }) {
  const router = useRouter();
  const retry = () => {
    reset();
    void router.invalidate();
  };
  return (
    <main>
      <ErrorState what="The console" error={error} retry={retry} />
    </main>
  );
}

export function NotFoundPage() {
  return (
    <main>
      <EmptyState title="There is no page at this address.">
        <LinkButton to={paths.today} variant="default">
          Go to Today
        </LinkButton>
      </EmptyState>
    </main>
  );
}

// SPDX-License-Identifier: AGPL-3.0-or-later
// A view that could not be read: what happened, and a way to try again.
import { Button } from '@mantine/core';
import { sentence } from '../api/problem';
import classes from './states.module.css';

/** @param what the thing that did not load, as the start of a sentence */
export function ErrorState({ what, error, retry }: { what: string; error: unknown; retry: () => void }) {
  return (
    <div className={classes.state} role="alert">
      <b>{what} did not load.</b>
      <span>{sentence(error)}</span>
      <Button size="xs" variant="default" onClick={retry}>
        Try again
      </Button>
    </div>
  );
}

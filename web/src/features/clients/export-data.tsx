// SPDX-License-Identifier: AGPL-3.0-or-later
// Everything that is kept of a person as a file, for who answers their request.
import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { sentence } from '../../api/problem';
import { saveJson } from '../../lib/save-file';
import { useCan } from '../../lib/session';
import { useExport } from './api';
import classes from './client.module.css';

export function ExportData({ id }: { id: string }) {
  const read = useExport(id);
  const may = useCan('admin');
  return (
    <div className={classes.export}>
      <Button
        variant="default"
        size="xs"
        leftSection={<IconDownload size={14} aria-hidden />}
        loading={read.isPending}
        disabled={!may}
        onClick={() => {
          read.mutate(undefined, {
            onSuccess: (everything) => {
              saveJson(`export-${id}.json`, everything);
            },
          });
        }}
      >
        Export data
      </Button>
      <small>{may ? 'All that is kept of this person, as a JSON file.' : 'Only an admin may export what is kept of a person.'}</small>
      {read.isError && <p role="alert">{sentence(read.error)}</p>}
    </div>
  );
}
